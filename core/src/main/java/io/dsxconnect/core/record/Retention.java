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
 * Everything that is kept has an end: records by their number, jobs that have ended by number and
 * age, dead letters by age. While Redis is above its high-water mark the oldest records go early:
 * else they alone could keep intake closed for ever. Thread-safe.
 */
public final class Retention {
  private static final Logger log = LoggerFactory.getLogger(Retention.class);

  /** Of scans that were announced, and as many of those that were not and are not archived. */
  private static final int JOBS = 10_000;

  /** Archived jobs are small, but those of a day alone fill a small Redis. */
  private static final int ARCHIVED = 100_000;

  private static final int ARCHIVED_LEAST = 10_000;

  private static final Duration AGE = Duration.ofDays(30);

  /** Records that stay however full Redis is. */
  private static final long LEAST = 1000;

  /** Past events that stay however full Redis is. */
  private static final long EVENTS_LEAST = 100;

  /** Calls in one round; the next round goes on. */
  private static final int CALLS = 200;

  private static final int ROUNDS_A_LINE = 30;

  private final Redis redis;
  private final long records;
  private final int jobs;
  private final int archived;
  private final DeadLetters deadLetters;
  private String rank = "0";
  private boolean early;
  private int rounds;

  /**
   * @param records that are kept; negative keeps all, and then none goes early either
   */
  public Retention(Redis redis, long records) {
    this(redis, records, JOBS, ARCHIVED);
  }

  public Retention(Redis redis, long records, int jobs, int archived) {
    this.redis = redis;
    this.records = records;
    this.jobs = jobs;
    this.archived = archived;
    this.deadLetters = new DeadLetters(redis);
  }

  /** How many records are kept now; negative for all. */
  public long records() {
    if (records <= LEAST || !redis.memory().aboveMark()) {
      return records;
    }
    Keys keys = redis.keys();
    long newest = number(keys.of(Key.SEQ), 0);
    long kept = newest - number(keys.of(Key.OLDEST), 1) + 1;
    return Math.min(records, Math.max(LEAST, kept - Math.max(LEAST, kept / 10)));
  }

  private long number(String key, long absent) {
    String value = redis.call(c -> c.get(key));
    return value == null ? absent : Long.parseLong(value);
  }

  /** Forgets what is due; to be called every few seconds, by one thread. */
  public void upkeep() {
    long now = records();
    if (now < records != early) {
      early = now < records;
      log.warn(
          early
              ? "Redis is above its high-water mark: the oldest records go before their number is reached"
              : "Redis is below its high-water mark again");
    }
    if (redis.memory().aboveMark()) {
      // Past events are for those who come late; 10,000 of them alone fill a small Redis.
      redis.call(c -> c.xtrim(redis.keys().of(Key.EVENTS), EVENTS_LEAST));
    }
    boolean more = true;
    boolean unheard = false;
    for (int i = 0; i < CALLS && more; i++) {
      List<Object> answer =
          redis.runList(
              Script.PRUNE,
              Long.toString(now),
              Integer.toString(jobs),
              Integer.toString(
                  redis.memory().aboveMark() ? Math.min(archived, ARCHIVED_LEAST) : archived),
              Long.toString(AGE.toSeconds()),
              rank);
      more = answer.get(0).equals(1L);
      rank = answer.get(1).toString();
      unheard = answer.get(3).equals(1L);
      if (!answer.get(2).equals(0L)) {
        log.warn("{} dead letters were {} days old and are gone", answer.get(2), AGE.toDays());
      }
    }
    if (rounds++ % ROUNDS_A_LINE == 0) {
      tell(unheard);
    }
  }

  private void tell(boolean unheard) {
    if (unheard) {
      log.warn("no worker sends notifications: start one with -Q {}", Stage.NOTIFY.queue());
    }
    for (Stage stage : DeadLetters.STAGES) {
      if (deadLetters.full(stage)) {
        log.error(
            "{} stands still: it has {} dead letters; requeue or discard some",
            stage.queue(),
            DeadLetters.MOST);
      }
    }
  }
}
