package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes dead letters of item actions that have succeeded since, so that nobody is asked for a
 * decision that has been made: a retry of the record's action leaves the letter alone until its
 * outcome is known. Also removes letters of older versions. Thread-safe, also across processes: a
 * letter is checked and removed in one script.
 */
@ThreadSafe
public final class SettledLetters {
  private static final Logger log = LoggerFactory.getLogger(SettledLetters.class);

  /** Letters per script call; small, because one letter may have 200 KB. */
  private static final int PAGE = 20;

  /** Calls per round without a removal: a full stage is read in 10 minutes. */
  private static final int MAX_IDLE_CALLS = 20;

  /** Calls per round. */
  private static final int MAX_CALLS = 500;

  private final Redis redis;

  /** Id of the letter after which the next round goes on; empty for the oldest. */
  @GuardedBy("this") private String after = "";

  public SettledLetters(Redis redis) {
    this.redis = redis;
  }

  /**
   * Looks at the next letters: at 400, or at up to 10,000 while it removes some. Call it every few
   * seconds. Blocks for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  public synchronized void upkeep() {
    long removed = 0;
    int idle = 0;
    for (int i = 0; i < MAX_CALLS && idle < MAX_IDLE_CALLS; i++) {
      List<Object> answer = redis.runList(Script.SETTLED, after, Integer.toString(PAGE));
      after = String.valueOf(answer.getFirst());
      long now = (Long) answer.get(1);
      removed += now;
      idle = now == 0 ? idle + 1 : 0;
      if (after.isEmpty()) {
        break;
      }
    }
    if (removed > 0) {
      log.info("removed {} dead letters of item actions that have succeeded since", removed);
    }
  }
}
