package io.dsxconnect.core.redis;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads how full Redis is. Intake closes at the high-water mark, so that there is room for what
 * follows from the accepted work. Without {@code maxmemory}, or without the right to {@code INFO},
 * intake never closes. A reading is used for 200 ms, above half of the mark for 10 ms; above the
 * mark every call reads again. Every method may block until Redis answers, at most 10 s.
 * Thread-safe.
 */
@ThreadSafe
public final class RedisMemory {
  private static final Logger log = LoggerFactory.getLogger(RedisMemory.class);
  private static final long MAX_READING_AGE_NANOS = Duration.ofMillis(200).toNanos();

  /** Thousands of records can be written in 200 ms, and pass the mark unseen. */
  private static final long MAX_AGE_NEAR_MARK_NANOS = Duration.ofMillis(10).toNanos();

  private final Supplier<String> info;
  private final int highWater;

  @GuardedBy("this") private Reading reading = Reading.NONE;

  @GuardedBy("this") private long readAt = System.nanoTime() - MAX_READING_AGE_NANOS;

  @GuardedBy("this") private boolean denied;

  /**
   * @param info returns the text of {@code INFO memory}
   * @param highWater in percent of {@code maxmemory}
   */
  RedisMemory(Supplier<String> info, int highWater) {
    this.info = info;
    this.highWater = highWater;
  }

  /** In bytes; a maximum of 0 means that there is none. */
  private record Reading(long used, long maximum) {
    static final Reading NONE = new Reading(0, 0);

    double ratio() {
      return maximum == 0 ? 0 : (double) used / maximum;
    }
  }

  /**
   * Used memory as a share of {@code maxmemory}, from 0 up; 0 without a maximum.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public double ratio() {
    return reading().ratio();
  }

  /** The fill level at which intake closes, in percent of {@code maxmemory}. */
  public int highWater() {
    return highWater;
  }

  /**
   * Whether memory is at the high-water mark or above it.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public boolean aboveMark() {
    return ratio() * 100 >= highWater;
  }

  /**
   * Returns only while memory is below the high-water mark.
   *
   * @throws IntakeClosedException when it is not; the message has the numbers and the remedy
   * @throws RedisUnavailableException when Redis does not answer
   */
  public void requireRoom() {
    Optional<String> closed = closed();
    if (closed.isPresent()) {
      throw new IntakeClosedException("redis_full: " + closed.get());
    }
  }

  /**
   * Why new work is refused; empty while it is accepted.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public Optional<String> closed() {
    Reading now = reading();
    return now.ratio() * 100 < highWater
        ? Optional.empty()
        : Optional.of(
            "Redis uses %d of %d MiB, and intake stops at %d %%; it opens again when work is done, or when maxmemory is raised"
                .formatted(now.used >> 20, now.maximum >> 20, highWater));
  }

  private synchronized Reading reading() {
    // Above the mark every call reads again, so that intake opens as soon as there is room.
    double percent = reading.ratio() * 100;
    long mostNanos = percent * 2 >= highWater ? MAX_AGE_NEAR_MARK_NANOS : MAX_READING_AGE_NANOS;
    if (percent >= highWater || System.nanoTime() - readAt >= mostNanos) {
      reading = denied ? Reading.NONE : read();
      readAt = System.nanoTime();
    }
    return reading;
  }

  @GuardedBy("this") private Reading read() {
    try {
      var fields = ServerCheck.fields(info.get());
      // Redis does not count buffers of replicas and of the append-only file against maxmemory.
      long used = number(fields.getOrDefault("used_memory", "0"));
      long notCounted = number(fields.getOrDefault("mem_not_counted_for_evict", "0"));
      return new Reading(
          Math.max(0, used - notCounted), number(fields.getOrDefault("maxmemory", "0")));
    } catch (RedisCommandExecutionException e) {
      if (!ServerCheck.isDenied(e)) {
        throw e;
      }
      denied = true;
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
