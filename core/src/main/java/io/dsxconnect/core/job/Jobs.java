package io.dsxconnect.core.job;

import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.ArchivedJob;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The jobs: steer, read, forget. Every change is one script, see {@link Script}. */
public final class Jobs {
  private static final int PAGE = 200;

  /** A connector begins to list within this time, or another full scan of it may. */
  private static final Duration BEGIN = Duration.ofSeconds(60);

  /** Far longer than any connector waits before it offers a file again. */
  private static final Duration FORGOTTEN = Duration.ofHours(1);

  private final Redis redis;
  private final Keys keys;

  public Jobs(Redis redis) {
    this.redis = redis;
    this.keys = redis.keys();
  }

  /**
   * What a listing ended with.
   *
   * @param total files that were sent; -1 when the connector does not say
   * @param repeats whether the connector repeats what was refused, as ours do
   * @param more fields of the job that say what was left out and why
   */
  public record Listed(
      long total, long skipped, long errors, boolean repeats, Map<String, String> more) {
    public Listed(long total, long skipped, long errors) {
      this(total, skipped, errors, false, Map.of());
    }
  }

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
   * A full scan is asked for.
   *
   * @param asked names what is to be scanned and how: equal for equal requests of a connector
   * @param force begins another though one is at work
   */
  public Announced announce(String job, String connectorUuid, String asked, boolean force) {
    return Announced.of(
        redis.runList(
            Script.ANNOUNCE,
            job,
            connectorUuid,
            asked,
            force ? "1" : "0",
            Long.toString(BEGIN.toMillis())));
  }

  /** The connector has listed everything. */
  public void enqueueDone(String job, Listed listed) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                job,
                Long.toString(listed.total),
                Long.toString(listed.skipped),
                Long.toString(listed.errors),
                listed.repeats ? "1" : "0"));
    listed.more.forEach(
        (field, value) -> {
          arguments.add(field);
          arguments.add(value);
        });
    redis.runInteger(Script.ENQUEUE_DONE, arguments);
  }

  /**
   * Counts scan requests of a job that could not be taken: it will end incomplete. A job that is
   * not known, or has ended, is not touched.
   *
   * @param reason of the first of them, one line
   */
  public void refused(String job, int requests, String reason) {
    redis.runInteger(Script.REFUSED, job, Integer.toString(requests), reason);
  }

  /** Cancels a job, and says why. */
  public void cancel(String job, String reason) {
    redis.call(c -> c.hset(keys.of(Key.JOB, job), "reason", reason));
    steer(job, Verb.CANCEL);
  }

  public Steered steer(String job, Verb verb) {
    Script script =
        switch (verb) {
          case PAUSE -> Script.PAUSE;
          case RESUME -> Script.RESUME;
          case CANCEL -> Script.CANCEL;
        };
    String answer = redis.runText(script, job);
    return Steered.valueOf(answer.toUpperCase(java.util.Locale.ROOT));
  }

  public Optional<Job> find(String job) {
    Map<String, String> fields = redis.call(c -> c.hgetall(keys.of(Key.JOB, job)));
    return fields.isEmpty()
        ? ArchivedJob.find(redis, job).map(archived -> new Job(archived.fields()))
        : Optional.of(new Job(fields));
  }

  /** The raw hash and its time to live in seconds, as {@code GET jobs/{id}/raw} shows them. */
  public Raw raw(String job) {
    String key = keys.of(Key.JOB, job);
    Map<String, String> fields = redis.call(c -> c.hgetall(key));
    return fields.isEmpty()
        ? ArchivedJob.find(redis, job)
            .map(archived -> new Raw(archived.ttlSeconds(), archived.fields()))
            .orElse(new Raw(-2, fields))
        : new Raw(redis.call(c -> c.ttl(key)), fields);
  }

  /**
   * Notes that a connector saw that the job is paused while it still lists. The original's
   * connectors look before every file and leave it out when paused, so each look is a file nobody
   * will name.
   */
  public void skippedWhilePaused(String job) {
    redis.runInteger(Script.SKIPPED, job);
  }

  /**
   * @param ttl -1 without expiry, -2 when there is no such job
   */
  public record Raw(long ttl, Map<String, String> data) {}

  /** Whether lists can begin after this job. */
  public boolean listed(String job) {
    return redis.call(c -> c.zscore(keys.of(Key.JOBS), job)) != null;
  }

  /** The first jobs that the query finds. */
  public List<Job> find(JobQuery query, int limit) {
    String key = keys.of(Key.JOBS);
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

  /**
   * Forgets finished jobs, with their records' order; active ones stay. Returns how many it forgot.
   */
  public long deleteFinished() {
    String key = keys.of(Key.JOBS);
    long deleted = 0;
    for (long from = 0; ; ) {
      long begin = from;
      List<String> ids = redis.call(c -> c.zrange(key, begin, begin + PAGE - 1));
      for (String id : ids) {
        long forgotten = redis.runInteger(Script.FORGET, id, Long.toString(FORGOTTEN.toSeconds()));
        if (forgotten < 0) {
          from++;
        } else {
          deleted += forgotten;
        }
      }
      if (ids.size() < PAGE) {
        return deleted;
      }
    }
  }

  /** Ends unannounced jobs that had no work for so long; gives back how many. */
  public long endIdle(Duration idle) {
    return redis.runInteger(Script.IDLE, Long.toString(idle.toMillis()));
  }

  /** Files waiting or in work in a stage, over all lanes. */
  public long backlog(Stage stage) {
    long waiting = 0;
    for (String lane : redis.call(c -> c.smembers(keys.of(Key.LANES, stage.queue())))) {
      waiting += redis.call(c -> c.xlen(keys.of(Key.LANE, stage.queue(), lane)));
      waiting += redis.call(c -> c.zcard(keys.of(Key.LATER, stage.queue(), lane)));
    }
    return waiting;
  }
}
