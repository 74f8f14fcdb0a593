package io.dsxconnect.core.job;

import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The jobs: announce, steer, read. Every change is one script, see {@code control.lua}. */
public final class Jobs {
  private static final int PAGE = 200;

  private final Redis redis;
  private final Keys keys;

  public Jobs(Redis redis) {
    this.redis = redis;
    this.keys = redis.keys();
  }

  /** What a listing ended with. */
  public record Listed(long total, long skipped, long errors) {}

  /** What came of steering a job. */
  public enum Steered {
    OK,
    UNKNOWN,
    FINISHED
  }

  /** How a job is steered. */
  public enum Verb {
    PAUSE,
    RESUME,
    CANCEL
  }

  /**
   * A full scan begins.
   *
   * @param scope connector and filter; a job that is active with the same scope is given back
   *     instead, unless {@code force}
   * @return the job's id, or the active one's; empty when this id was used by a scan that has
   *     listed everything
   */
  public String announce(String job, String connectorUuid, String scope, boolean force) {
    return redis.run(
        Script.ANNOUNCE, ScriptOutputType.VALUE, job, connectorUuid, scope, force ? "1" : "0");
  }

  /**
   * Counts scan requests of a job that could not be taken: it will end incomplete. A job that is
   * not known, or has ended, is not touched.
   *
   * @param reason of the first of them, one line
   */
  public void refused(String job, int requests, String reason) {
    Long counted =
        redis.run(
            Script.REFUSED, ScriptOutputType.INTEGER, job, Integer.toString(requests), reason);
    assert counted <= 1;
  }

  /** The connector has listed everything; -1 for a total that it did not say. */
  public void enqueueDone(String job, Listed listed) {
    Long done =
        redis.run(
            Script.ENQUEUE_DONE,
            ScriptOutputType.INTEGER,
            job,
            Long.toString(listed.total()),
            Long.toString(listed.skipped()),
            Long.toString(listed.errors()));
    assert done == 1;
  }

  public Steered steer(String job, Verb verb) {
    String answer =
        redis.run(
            Script.CONTROL,
            ScriptOutputType.VALUE,
            job,
            verb.name().toLowerCase(java.util.Locale.ROOT));
    return Steered.valueOf(answer.toUpperCase(java.util.Locale.ROOT));
  }

  public Optional<Job> find(String job) {
    Map<String, String> fields = redis.call(c -> c.hgetall(keys.key("job_key", job)));
    return fields.isEmpty() ? Optional.empty() : Optional.of(new Job(fields));
  }

  /** The raw hash and its time to live in seconds, as {@code GET jobs/{id}/raw} shows them. */
  public Raw raw(String job) {
    String key = keys.key("job_key", job);
    return new Raw(redis.call(c -> c.ttl(key)), redis.call(c -> c.hgetall(key)));
  }

  /**
   * Notes that a connector saw that the job is paused while it still lists. The original's
   * connectors look before every file and leave it out when paused, so each look is a file nobody
   * will name.
   */
  public void skippedWhilePaused(String job) {
    Long counted = redis.run(Script.SKIPPED, ScriptOutputType.INTEGER, job);
    assert counted <= 1;
  }

  /**
   * @param ttl -1 without expiry, -2 when there is no such job
   */
  public record Raw(long ttl, Map<String, String> data) {}

  /** The first jobs that the query finds. */
  public List<Job> find(JobQuery query, int limit) {
    String key = keys.key("jobs_key");
    List<Job> found = new ArrayList<>();
    long from = 0;
    if (query.cursor() != null) {
      Long rank =
          redis.call(
              c ->
                  query.ascending()
                      ? c.zrank(key, query.cursor())
                      : c.zrevrank(key, query.cursor()));
      if (rank == null) {
        return found;
      }
      from = rank + 1;
    }
    while (true) {
      long begin = from;
      List<String> ids =
          redis.call(
              c ->
                  query.ascending()
                      ? c.zrange(key, begin, begin + PAGE - 1)
                      : c.zrevrange(key, begin, begin + PAGE - 1));
      for (String id : ids) {
        Optional<Job> job = find(id);
        if (job.isEmpty()) {
          redis.call(c -> c.zrem(key, id));
          from--;
        } else if (query.matches(job.get())) {
          found.add(job.get());
          if (found.size() == limit) {
            return found;
          }
        }
      }
      if (ids.size() < PAGE) {
        return found;
      }
      from += PAGE;
    }
  }

  /** Forgets finished jobs, with their records' order; active ones stay. Gives back how many. */
  public long deleteFinished() {
    long deleted = 0;
    for (Job job : find(JobQuery.ALL, Integer.MAX_VALUE)) {
      if (job.finished()) {
        String[] gone =
            Stream.of(
                    "job_key",
                    "job_lanes_key",
                    "job_express_key",
                    "job_origins_key",
                    "job_results_key")
                .map(name -> keys.key(name, job.id()))
                .toArray(String[]::new);
        redis.call(c -> c.del(gone));
        redis.call(c -> c.zrem(keys.key("jobs_key"), job.id()));
        deleted++;
      }
    }
    return deleted;
  }

  /** Ends unannounced jobs that had no work for so long; gives back how many. */
  public long endIdle(Duration idle) {
    Long ended = redis.run(Script.IDLE, ScriptOutputType.INTEGER, Long.toString(idle.toMillis()));
    return ended;
  }

  /** Files waiting or in work in a stage, over all lanes. */
  public long backlog(Stage stage) {
    long waiting = 0;
    for (String lane : redis.call(c -> c.smembers(keys.key("lanes_key", stage.queue())))) {
      waiting += redis.call(c -> c.xlen(keys.key("lane_key", stage.queue(), lane)));
      waiting += redis.call(c -> c.zcard(keys.key("later_key", stage.queue(), lane)));
    }
    return waiting;
  }
}
