package io.dsxconnect.core.record;

import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what exceeds retention: records by number, finished jobs by number and age, dead letters
 * by age. While Redis is above its high-water mark it deletes the oldest records early, because
 * they alone could keep intake closed for ever. {@link #records} is thread-safe; {@link #upkeep} is
 * confined to one thread.
 */
public final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  /** Finished full scans; also the limit of other finished jobs that are not archived. */
  private static final int MAX_JOBS = 10_000;

  /** Archived jobs are small, but those of one day can fill a small Redis. */
  private static final int MAX_ARCHIVED_JOBS = 100_000;

  /** The limit of archived jobs while Redis is above its high-water mark. */
  private static final int MAX_ARCHIVED_JOBS_WHEN_FULL = 10_000;

  private static final Duration MAX_AGE = Duration.ofDays(30);

  /** Records kept however full Redis is. */
  private static final long MIN_RECORDS = 1000;

  /** Past events kept however full Redis is. */
  private static final long MIN_EVENTS = 100;

  /** Script calls per round; the next round continues. */
  private static final int MAX_CALLS_PER_ROUND = 200;

  private static final int ROUNDS_PER_WARNING = 30;

  private final Redis redis;
  private final long records;
  private final int jobs;
  private final int archived;
  private final DeadLetters deadLetters;
  private String rank = "0";
  private String surplusRank = "0";
  private boolean early;
  private int rounds;

  /**
   * @param records how many are kept; negative keeps all, and then none is deleted early either
   */
  public Retention(Redis redis, long records) {
    this(redis, records, MAX_JOBS, MAX_ARCHIVED_JOBS);
  }

  /**
   * @param records how many are kept; negative keeps all, and then none is deleted early either
   * @param jobs finished full scans kept, and as many other finished jobs that are not archived
   * @param archived archived jobs kept
   */
  public Retention(Redis redis, long records, int jobs, int archived) {
    this.redis = redis;
    this.records = records;
    this.jobs = jobs;
    this.archived = archived;
    this.deadLetters = new DeadLetters(redis);
  }

  /**
   * How many records are kept now; negative for all. While Redis is above its high-water mark: the
   * existing records less a tenth (1,000 at least), but never fewer than 1,000. Blocks for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  public long records() {
    if (records <= MIN_RECORDS || !redis.memory().aboveMark()) {
      return records;
    }
    Keys keys = redis.keys();
    long newest = number(keys.of(Key.SEQ), 0);
    long kept = newest - number(keys.of(Key.OLDEST), 1) + 1;
    return Math.min(records, Math.max(MIN_RECORDS, kept - Math.max(MIN_RECORDS, kept / 10)));
  }

  private long number(String key, long absent) {
    String value = redis.call(c -> c.get(key));
    return value == null ? absent : Long.parseLong(value);
  }

  /**
   * Deletes what exceeds retention, at most 200 script calls. Call it every few seconds from one
   * thread.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  public void upkeep() {
    long now = records();
    if (now < records != early) {
      early = now < records;
      log.warn(
          early
              ? "Redis is above its high-water mark: deleting the oldest records before their limit"
                  + " is reached"
              : "Redis is below its high-water mark again");
    }
    if (redis.memory().aboveMark()) {
      // Past events only serve clients that reconnect; 10,000 of them can fill a small Redis.
      redis.call(c -> c.xtrim(redis.keys().of(Key.EVENTS), MIN_EVENTS));
    }
    boolean more = true;
    boolean notificationsFull = false;
    for (int i = 0; i < MAX_CALLS_PER_ROUND && more; i++) {
      List<Object> answer =
          redis.runList(
              Script.PRUNE,
              Long.toString(now),
              Integer.toString(jobs),
              Integer.toString(
                  redis.memory().aboveMark()
                      ? Math.min(archived, MAX_ARCHIVED_JOBS_WHEN_FULL)
                      : archived),
              Long.toString(MAX_AGE.toSeconds()),
              rank,
              surplusRank);
      more = answer.get(0).equals(1L);
      rank = answer.get(1).toString();
      surplusRank = answer.get(2).toString();
      notificationsFull = answer.get(4).equals(1L);
      if (!answer.get(3).equals(0L)) {
        log.warn("deleted {} dead letters that were {} days old", answer.get(3), MAX_AGE.toDays());
      }
    }
    if (rounds++ % ROUNDS_PER_WARNING == 0) {
      warn(notificationsFull);
    }
  }

  private void warn(boolean notificationsFull) {
    if (notificationsFull) {
      log.warn("no worker sends notifications: start one with -Q {}", Stage.NOTIFY.queue());
    }
    for (Stage stage : DeadLetters.STAGES) {
      if (deadLetters.full(stage)) {
        log.error(
            "{} is stopped: it has {} dead letters; requeue or discard some",
            stage.queue(),
            DeadLetters.MAX_PER_STAGE);
      }
    }
  }
}
