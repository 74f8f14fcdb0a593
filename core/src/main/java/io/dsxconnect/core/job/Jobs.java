package io.dsxconnect.core.job;

import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.dsxconnect.core.redis.StoredJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads, controls and deletes jobs. Each change of a job's state is one Redis script. Every method
 * blocks for Redis and throws {@link io.dsxconnect.core.redis.RedisUnavailableException} when it
 * does not answer. Thread-safe.
 */
public final class Jobs {
  private static final int PAGE_JOBS = 200;

  /** A connector starts listing within this time, or another full scan of it may start. */
  private static final Duration LISTING_START_TIMEOUT = Duration.ofSeconds(60);

  /**
   * How long the id of a deleted job is kept that was cancelled during its listing, so that files
   * which its connector still sends do not form a new job. Far longer than a connector waits before
   * it repeats a file.
   */
  private static final Duration CANCELLED_ID_TTL = Duration.ofHours(1);

  private final Redis redis;
  private final Keys keys;

  public Jobs(Redis redis) {
    this.redis = redis;
    this.keys = redis.keys();
  }

  /**
   * The result of a listing, as the connector reports it.
   *
   * @param total files that were sent; -1 when the connector does not report it
   * @param skipped files left out because they are not regular files
   * @param errors files and folders that could not be listed
   * @param repeats whether the connector repeats refused requests, as ours do
   * @param more additional fields of the job: what was left out and why
   */
  public record Listed(
      long total, long skipped, long errors, boolean repeats, Map<String, String> more) {
    /** A listing by a connector that does not repeat refused requests, without details. */
    public Listed(long total, long skipped, long errors) {
      this(total, skipped, errors, false, Map.of());
    }
  }

  /** The outcome of {@link #steer}. */
  public enum Steered {
    OK,
    /** There is no such job. */
    UNKNOWN,
    /** The job has ended. */
    FINISHED
  }

  /** The operations that {@link #steer} applies. */
  public enum Verb {
    PAUSE,
    RESUME,
    CANCEL
  }

  /** Announces a full scan without details, see {@link #announce(String, String, Asked)}. */
  public Announced announce(String job, String connectorUuid, String asked, boolean force) {
    return announce(job, connectorUuid, new Asked(asked, force, Map.of()));
  }

  /**
   * What a full scan is asked for.
   *
   * @param digest identifies what is scanned and how: equal for equal requests to a connector
   * @param force announces this scan even while another is active
   * @param details additional fields of the job: what it is started with
   */
  public record Asked(String digest, boolean force, Map<String, String> details) {}

  /** Announces a full scan, so that only one runs per connector. */
  public Announced announce(String job, String connectorUuid, Asked asked) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                job,
                connectorUuid,
                asked.digest,
                asked.force ? "1" : "0",
                Long.toString(LISTING_START_TIMEOUT.toMillis())));
    asked.details.forEach(
        (field, value) -> {
          arguments.add(field);
          arguments.add(value);
        });
    return Announced.of(redis.runList(Script.ANNOUNCE, arguments));
  }

  /**
   * Records that the connector has listed everything. Creates a job that is unknown; ignores one
   * that was deleted after its cancellation.
   */
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
   * Counts scan requests that were refused as invalid, so that their job ends incomplete. Does
   * nothing for a job that is unknown or has ended.
   *
   * @param reason why the first of them was refused, one line
   */
  public void refused(String job, int requests, String reason) {
    redis.runInteger(Script.REFUSED, job, Integer.toString(requests), reason);
  }

  /**
   * Cancels a job and stores the reason, which job views show. Does nothing for a job that is
   * unknown or has ended.
   */
  public void cancel(String job, String reason) {
    String ignored = redis.runText(Script.CANCEL, job, reason);
  }

  /** Pauses, resumes or cancels a job. Cancelling gives up its waiting files at once. */
  public Steered steer(String job, Verb verb) {
    Script script =
        switch (verb) {
          case PAUSE -> Script.PAUSE;
          case RESUME -> Script.RESUME;
          case CANCEL -> Script.CANCEL;
        };
    String answer = redis.runText(script, job);
    return Steered.valueOf(answer.toUpperCase(Locale.ROOT));
  }

  /** The job, active or archived. */
  public Optional<Job> find(String job) {
    Map<String, String> fields = redis.call(c -> c.hgetall(keys.of(Key.JOB, job)));
    return fields.isEmpty()
        ? StoredJob.find(redis, job).map(stored -> new Job(stored.fields()))
        : Optional.of(new Job(fields));
  }

  /** The raw hash and its time to live, as {@code GET jobs/{id}/raw} shows them. */
  public Raw raw(String job) {
    return StoredJob.find(redis, job)
        .map(stored -> new Raw(stored.ttlSeconds(), stored.fields()))
        .orElse(new Raw(-2, Map.of()));
  }

  /**
   * Counts a file that a connector left out because its job is paused. The original's connectors
   * read the job before each file and skip the file while the job is paused, so each such read is
   * one file that they never send.
   */
  public void skippedWhilePaused(String job) {
    redis.runInteger(Script.SKIPPED, job);
  }

  /**
   * A job's hash.
   *
   * @param ttl in seconds; -1 without expiry, -2 when there is no such job
   * @param data its fields; empty when there is no such job
   */
  public record Raw(long ttl, Map<String, String> data) {}

  /** Whether this job is in the list of jobs, and so can be a cursor. */
  public boolean listed(String job) {
    return redis.call(c -> c.zscore(keys.of(Key.JOBS), job)) != null;
  }

  /**
   * The first jobs that match, at most {@code limit}. Empty when the cursor is not in the list.
   * Each call of Redis looks at 500 jobs at most.
   */
  public List<Job> find(JobQuery query, int limit) {
    List<Job> found = new ArrayList<>();
    String after = query.cursor() == null ? "" : query.cursor();
    String rank = "-1";
    while (found.size() < limit) {
      int max = Math.min(limit - found.size(), PAGE_JOBS);
      List<Object> page = redis.runList(Script.LIST, listArguments(query, after, rank, max));
      page.stream()
          .skip(2)
          .map(fields -> new Job(StoredJob.fields((List<?>) fields)))
          .filter(query::matches)
          .forEach(found::add);
      after = page.get(0).toString();
      rank = page.get(1).toString();
      if (after.isEmpty()) {
        break;
      }
    }
    return found;
  }

  private static List<String> listArguments(JobQuery query, String after, String rank, int max) {
    JobQuery.Filter filter = query.filter();
    return List.of(
        query.ascending() ? "asc" : "desc",
        after,
        rank,
        Integer.toString(max),
        textOrEmpty(filter.connector()),
        textOrEmpty(filter.status()).toLowerCase(Locale.ROOT),
        textOrEmpty(filter.text()).toLowerCase(Locale.ROOT),
        textOrEmpty(filter.since()),
        textOrEmpty(filter.until()));
  }

  private static String textOrEmpty(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }

  /**
   * Deletes finished jobs and the order of their records. Active jobs stay.
   *
   * @return how many were deleted
   */
  public long deleteFinished() {
    String key = keys.of(Key.JOBS);
    long deleted = 0;
    for (long from = 0; ; ) {
      long begin = from;
      List<String> ids = redis.call(c -> c.zrange(key, begin, begin + PAGE_JOBS - 1));
      for (String id : ids) {
        long forgotten =
            redis.runInteger(Script.FORGET, id, Long.toString(CANCELLED_ID_TTL.toSeconds()));
        if (forgotten < 0) {
          from++;
        } else {
          deleted += forgotten;
        }
      }
      if (ids.size() < PAGE_JOBS) {
        return deleted;
      }
    }
  }

  /**
   * Ends jobs without an announced full scan that had no work for this time.
   *
   * @return how many ended
   */
  public long endIdle(Duration idle) {
    return redis.runInteger(Script.IDLE, Long.toString(idle.toMillis()));
  }

  /** The number of jobs that have not ended. */
  public long active() {
    return redis.call(c -> c.zcard(redis.keys().of(Key.ACTIVE)));
  }

  /** Tasks of a stage that wait or are in work, over all lanes. */
  public long backlog(Stage stage) {
    return Backlogs.of(redis, stage).tasks();
  }
}
