package io.dsxconnect.core.redis;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Finds out whether Redis accepts writes, by a write at most once per second. */
@ThreadSafe
final class WriteProbe {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  private final Runnable write;

  @GuardedBy("this") private long probedAt;

  @GuardedBy("this") private @Nullable String refusal;

  /**
   * @param write throws {@link RedisUnavailableException} or {@link IllegalStateException} if Redis
   *     does not accept it
   */
  WriteProbe(Runnable write) {
    this.write = write;
  }

  /** Why Redis accepts no writes; null if it does. Blocks if the last probe is too old. */
  synchronized @Nullable String refusal() {
    long now = System.nanoTime();
    if (probedAt == 0 || now - probedAt > INTERVAL.toNanos()) {
      probedAt = now;
      refusal = probe();
    }
    return refusal;
  }

  private @Nullable String probe() {
    try {
      write.run();
      return null;
    } catch (RedisUnavailableException | IllegalStateException e) {
      return e.getMessage();
    }
  }
}
