package io.dsxconnect.core.redis;

import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How full Redis is. Intake closes at the high-water mark, so that there is room for what follows
 * from the work that was accepted. Without {@code maxmemory}, or when the user of Redis may not
 * call {@code INFO}, there is no mark. Below the mark Redis is asked at most five times a second.
 * Thread-safe.
 */
public final class RedisMemory {
  private static final Logger log = LoggerFactory.getLogger(RedisMemory.class);
  private static final long FRESH_NANOS = Duration.ofMillis(200).toNanos();

  private final Supplier<String> info;
  private final int highWater;
  private Reading reading = Reading.NONE;
  private long readAt = System.nanoTime() - FRESH_NANOS;
  private boolean refused;

  /**
   * @param info answers {@code INFO memory}
   * @param highWater in percent of {@code maxmemory}
   */
  RedisMemory(Supplier<String> info, int highWater) {
    this.info = info;
    this.highWater = highWater;
  }

  /** In bytes; a maximum of 0 is none. */
  private record Reading(long used, long maximum) {
    static final Reading NONE = new Reading(0, 0);

    double ratio() {
      return maximum == 0 ? 0 : (double) used / maximum;
    }
  }

  /**
   * Used memory as a share of {@code maxmemory}; 0 without a maximum.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public double ratio() {
    return reading().ratio();
  }

  /** Whether memory is at the high-water mark or above it. */
  public boolean aboveMark() {
    return ratio() * 100 >= highWater;
  }

  /**
   * Refuses new work while memory is above the mark.
   *
   * @throws IntakeClosedException with the numbers and what to do
   */
  public void requireRoom() {
    Optional<String> closed = closed();
    if (closed.isPresent()) {
      throw new IntakeClosedException("redis_full: " + closed.get());
    }
  }

  /** Why new work is refused; empty while it is taken. */
  public Optional<String> closed() {
    Reading now = reading();
    return now.ratio() * 100 < highWater
        ? Optional.empty()
        : Optional.of(
            "Redis uses %d of %d MiB, and intake stops at %d %%; it opens again when work is done, or when maxmemory is raised"
                .formatted(now.used >> 20, now.maximum >> 20, highWater));
  }

  private synchronized Reading reading() {
    // While it is full each look is a fresh one: intake opens as soon as there is room.
    if (reading.ratio() * 100 >= highWater || System.nanoTime() - readAt >= FRESH_NANOS) {
      reading = refused ? Reading.NONE : read();
      readAt = System.nanoTime();
    }
    return reading;
  }

  private Reading read() {
    try {
      var fields = ServerCheck.fields(info.get());
      // Buffers of replicas and of the append-only file do not count, as they do not for Redis.
      long used = number(fields.getOrDefault("used_memory", "0"));
      long apart = number(fields.getOrDefault("mem_not_counted_for_evict", "0"));
      return new Reading(Math.max(0, used - apart), number(fields.getOrDefault("maxmemory", "0")));
    } catch (RedisCommandExecutionException e) {
      if (!ServerCheck.isDenied(e)) {
        throw e;
      }
      refused = true;
      return Reading.NONE;
    }
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      log.debug("INFO memory has no number but {}", text);
      return 0;
    }
  }
}
