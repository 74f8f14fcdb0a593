package io.dsxconnect.app.remote;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Polls a job, also across a restart of the API, because the job continues without it. Fails when
 * the API stays unavailable for longer than a limit. Confined to one thread.
 */
final class JobWatch {
  private final Supplier<RemoteJob> fetch;
  private final Duration maxOutage;
  private final LongSupplier nanoTime;
  private final Consumer<String> notice;
  private @Nullable Long downSince;

  /**
   * @param fetch calls the API; throws {@link Remote.NoAnswer} while it is unavailable
   * @param maxOutage how long the API may be unavailable
   * @param nanoTime monotonic clock
   * @param notice takes one line when the API becomes unavailable and one when it is back
   */
  JobWatch(
      Supplier<RemoteJob> fetch,
      Duration maxOutage,
      LongSupplier nanoTime,
      Consumer<String> notice) {
    this.fetch = fetch;
    this.maxOutage = maxOutage;
    this.nanoTime = nanoTime;
    this.notice = notice;
  }

  /**
   * The job as it is now; null when the API does not answer.
   *
   * @throws Remote.NoAnswer when it has not answered for longer than the limit
   */
  @Nullable RemoteJob poll() {
    try {
      RemoteJob job = fetch.get();
      if (downSince != null) {
        notice.accept("the API is back");
        downSince = null;
      }
      return job;
    } catch (Remote.NoAnswer e) {
      long now = nanoTime.getAsLong();
      if (downSince == null) {
        downSince = now;
        notice.accept(
            e.getMessage() + " The job continues; waiting up to " + maxOutage.toSeconds() + " s");
      } else if (now - downSince > maxOutage.toNanos()) {
        throw e;
      }
      return null;
    }
  }
}
