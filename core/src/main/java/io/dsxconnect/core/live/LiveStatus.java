package io.dsxconnect.core.live;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of the platform as the page shows it. One reading is shared by all clients of a
 * process. Implementations are thread-safe.
 */
@FunctionalInterface
public interface LiveStatus {
  /**
   * The present state. May block, but not for long: it is read once per second. Does not throw
   * while Redis is unavailable; then it returns the last known values, with {@link Redis#up} false.
   */
  Report read();

  /** Everything that a status message has but its type and time. */
  record Report(
      List<Waiting> stages,
      DeadLetters deadLetters,
      Attention attention,
      Scanner scanner,
      Fleet fleet,
      Redis redis) {}

  /**
   * One stage.
   *
   * @param queue name of its queue
   * @param waiting tasks that wait or are in work
   * @param tasks tasks in work; null when unknown
   * @param limit tasks that may be in work now; null when unknown
   * @param oldestSeconds age of the oldest task; null when unknown or none waits
   */
  record Waiting(
      String queue,
      long waiting,
      @Nullable Long tasks,
      @Nullable Long limit,
      @Nullable Long oldestSeconds) {}

  /**
   * Tasks that were given up.
   *
   * @param by their number per queue
   */
  record DeadLetters(long total, Map<String, Long> by) {}

  /**
   * The list of what needs a person.
   *
   * @param count items of the list; null when unknown
   * @param worst the severity of the most urgent one: critical, warning, info or none
   * @param key changes whenever the list changes
   */
  record Attention(@Nullable Integer count, String worst, String key) {
    /** Nobody reads the list. */
    public static final Attention UNKNOWN = new Attention(null, "none", "");
  }

  /**
   * The scanner as the workers report it.
   *
   * @param state ready, busy, unavailable, not_configured or unknown
   * @param demo whether it is the stand-in; null when unknown
   * @param reason why it is not ready; null when it is, or nobody knows
   */
  record Scanner(String state, @Nullable Boolean demo, @Nullable String reason) {
    /** No worker reports it. */
    public static final Scanner UNKNOWN = new Scanner("unknown", null, null);
  }

  /**
   * Connectors by their state.
   *
   * @param ready registered and ready
   * @param total registered
   * @param gone connectors that expired without unregistering; null when unknown
   * @param key changes when one that is not ready becomes so, or another state of one changes
   */
  record Connectors(long ready, long total, @Nullable Long gone, String key) {
    /** Nothing is known yet. */
    public static final Connectors UNKNOWN = new Connectors(0, 0, null, "");
  }

  /**
   * Connectors and jobs, and how fast files are scanned.
   *
   * @param activeJobs null when unknown
   * @param filesPerSecond over the last 10 s; null when unknown
   * @param bytesPerSecond over the last 10 s; null when unknown
   */
  record Fleet(
      Connectors connectors,
      @Nullable Long activeJobs,
      @Nullable Double filesPerSecond,
      @Nullable Double bytesPerSecond) {}

  /**
   * The state of Redis.
   *
   * @param ratio used share of its maximum memory, 0 to 1; null when unknown
   * @param intakeOpen whether new files are accepted; null when unknown
   */
  record Redis(boolean up, @Nullable Double ratio, @Nullable Boolean intakeOpen) {}
}
