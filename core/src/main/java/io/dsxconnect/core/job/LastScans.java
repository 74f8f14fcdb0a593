package io.dsxconnect.core.job;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisFuture;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads the last full scan of many connectors in a few calls of Redis. Every method blocks for
 * Redis and throws {@link io.dsxconnect.core.redis.RedisUnavailableException} when it does not
 * answer. Thread-safe.
 */
@ThreadSafe
public final class LastScans {
  private static final int PAGE = 500;

  /** What a summary shows of a job; the whole hash is larger. */
  private static final String[] FIELDS =
      Stream.concat(
              Stream.of(
                  "job_id",
                  "status",
                  "started_at",
                  "finished_at",
                  "first_finished_at",
                  "reason",
                  "connector_uuid",
                  "job_name",
                  "accepted",
                  "pending",
                  ActionCounts.PENDING,
                  ActionCounts.SUCCEEDED,
                  ActionCounts.FAILED,
                  ActionCounts.UNCONFIRMED),
              Arrays.stream(Outcome.values()).map(Outcome::column))
          .toArray(String[]::new);

  private final Redis redis;

  public LastScans(Redis redis) {
    this.redis = redis;
  }

  /**
   * The last full scan of each connector.
   *
   * @return by uuid; without the connectors that had none, or whose job was deleted. The jobs lack
   *     the fields that a summary does not show
   */
  public Map<String, Job> of(List<String> uuids) {
    Map<String, Job> scans = new HashMap<>();
    for (int at = 0; at < uuids.size(); at += PAGE) {
      add(uuids.subList(at, Math.min(uuids.size(), at + PAGE)), scans);
    }
    return scans;
  }

  private void add(List<String> uuids, Map<String, Job> scans) {
    String[] scopes = uuids.stream().map(u -> redis.keys().of(Key.SCOPE, u)).toArray(String[]::new);
    List<KeyValue<String, String>> ids = redis.call(c -> c.mget(scopes));
    List<String> connectors = new ArrayList<>();
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < scopes.length; i++) {
      if (ids.get(i).hasValue()) {
        connectors.add(uuids.get(i));
        jobs.add(ids.get(i).getValue());
      }
    }
    List<Job> found = read(jobs);
    for (int i = 0; i < jobs.size(); i++) {
      if (!found.get(i).id().isEmpty()) {
        scans.put(connectors.get(i), found.get(i));
      }
    }
  }

  /** These jobs with the fields of a summary; without any field when there is no such job. */
  List<Job> read(List<String> jobs) {
    List<List<KeyValue<String, String>>> answers =
        redis.pipelined(
            c ->
                jobs.stream()
                    .<RedisFuture<List<KeyValue<String, String>>>>map(
                        job -> c.hmget(redis.keys().of(Key.JOB, job), FIELDS))
                    .toList());
    return answers.stream().map(LastScans::job).toList();
  }

  private static Job job(List<KeyValue<String, String>> answer) {
    Map<String, String> fields = new HashMap<>();
    for (KeyValue<String, String> field : answer) {
      if (field.hasValue()) {
        fields.put(field.getKey(), field.getValue());
      }
    }
    return new Job(Map.copyOf(fields));
  }
}
