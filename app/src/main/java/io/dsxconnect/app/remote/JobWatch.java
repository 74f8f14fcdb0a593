package io.dsxconnect.app.remote;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows a job to its end, also through a restart of the API: the job goes on without it. An API
 * that stays away for longer than the patience ends the watch.
 */
final class JobWatch {
  private final Supplier<RemoteJob> look;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final Consumer<String> say;
  private @Nullable Long awaySince;

  /**
   * @param look asks the API; throws {@link Remote.NoAnswer} while it is away
   * @param say one line when the API goes away and one when it is back
   */
  JobWatch(
      Supplier<RemoteJob> look, Duration patience, LongSupplier nanoTime, Consumer<String> say) {
    this.look = look;
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.say = say;
  }

  /**
   * The job as it is now; null when the API does not answer.
   *
   * @throws Remote.NoAnswer when it has not answered for longer than the patience
   */
  @Nullable RemoteJob look() {
    try {
      RemoteJob job = look.get();
      if (awaySince != null) {
        say.accept("the API is back");
        awaySince = null;
      }
      return job;
    } catch (Remote.NoAnswer e) {
      long now = nanoTime.getAsLong();
      if (awaySince == null) {
        awaySince = now;
        say.accept(
            e.getMessage() + " The job goes on; waiting up to " + patience.toSeconds() + " s");
      } else if (now - awaySince > patience.toNanos()) {
        throw e;
      }
      return null;
    }
  }
}
