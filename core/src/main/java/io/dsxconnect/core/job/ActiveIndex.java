package io.dsxconnect.core.job;

import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.util.List;

/**
 * Keeps the index of active jobs true. Scripts change it where a job begins and ends; processes of
 * older versions on the same Redis do not, and may have left jobs behind that it lacks. Confined to
 * one thread.
 */
public final class ActiveIndex {
  private final Redis redis;
  private String jobsRank = "0";
  private String activeRank = "0";
  private boolean complete;

  public ActiveIndex(Redis redis) {
    this.redis = redis;
  }

  /**
   * The first call compares all jobs with the index, a later one the next page of 500. Blocks for
   * Redis, about a millisecond per page.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer; the next
   *     call goes on
   */
  public void repair() {
    do {
      List<Object> ranks = redis.runList(Script.INDEX, jobsRank, activeRank);
      jobsRank = ranks.get(0).toString();
      activeRank = ranks.get(1).toString();
      complete |= jobsRank.equals("0");
    } while (!complete);
  }
}
