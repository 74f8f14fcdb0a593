package io.dsxconnect.core.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Translates the driver's exceptions: {@link RedisUnavailableException} when the command may
 * succeed later, {@link IllegalStateException} when not. Thread-safe.
 */
@ThreadSafe
final class Failures {
  private static final Logger log = LoggerFactory.getLogger(Failures.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  private final String address;
  private final AtomicLong loggedAt = new AtomicLong();

  /**
   * @param address of Redis, for log lines
   */
  Failures(String address) {
    this.address = address;
  }

  /** The exception to throw for this one. */
  RuntimeException of(RedisException e) {
    return e instanceof RedisCommandExecutionException
            && !(e instanceof RedisLoadingException)
            && !(e instanceof RedisBusyException)
        ? refused(String.valueOf(e.getMessage()), e)
        : new RedisUnavailableException("Redis does not answer: " + RedisErrors.rootMessage(e), e);
  }

  /**
   * The exception to throw when Redis refused a command.
   *
   * @param why the error as Redis sent it
   */
  RuntimeException refused(String why, @Nullable RedisException cause) {
    Optional<String> noWrites = WriteRefusals.refusal(why);
    if (noWrites.isEmpty()) {
      return new IllegalStateException("Redis refused a command: " + why, cause);
    }
    logSometimes(noWrites.get());
    return new RedisUnavailableException(noWrites.get(), cause);
  }

  /** Every call meets the same refusal, so that it is logged once per {@link #LOG_INTERVAL}. */
  private void logSometimes(String noWrites) {
    long now = System.nanoTime();
    long before = loggedAt.get();
    if ((before == 0 || now - before > LOG_INTERVAL.toNanos())
        && loggedAt.compareAndSet(before, now)) {
      log.warn("{}: {}; work waits until it takes them", address, noWrites);
    }
  }
}
