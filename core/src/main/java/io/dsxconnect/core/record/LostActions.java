package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Status;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.dsxconnect.core.siem.SiemEvent;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Records item actions as failed whose task, or whose outcome's task, could not be read: their
 * outcome will never come, and the file is where it was found. Where the entry did not name its
 * task, all pending actions of its job are lost once the job has ended, because then nothing of it
 * is in work. Thread-safe, also across processes.
 */
@ThreadSafe
public final class LostActions {
  private static final int MAX_ENTRIES = 500;
  private static final int MAX_RECORDS = 500;
  private static final String REASON =
      "the task of the item action could not be read, so that its outcome is lost; its content is"
          + " kept as a dead letter";

  private final Redis redis;
  private final Results results;
  private final Jobs jobs;
  private final InstantSource clock;
  private final boolean siem;

  /**
   * @param siem whether events are written for a SIEM
   */
  public LostActions(Redis redis, InstantSource clock, boolean siem) {
    this.redis = redis;
    this.results = new Results(redis);
    this.jobs = new Jobs(redis);
    this.clock = clock;
    this.siem = siem;
  }

  /**
   * Records the lost actions that are known now, at most 500 at a time. Call it every few seconds.
   * Blocks for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
  public void upkeep() {
    String key = redis.keys().of(Key.LOST_ACTIONS);
    List<StreamMessage<String, String>> entries =
        redis.call(c -> c.xrange(key, Range.unbounded(), Limit.from(MAX_ENTRIES)));
    for (StreamMessage<String, String> entry : entries) {
      String job = entry.getBody().getOrDefault("j", "");
      String task = entry.getBody().getOrDefault("t", "");
      if (task.isEmpty() ? endedOfJob(job) : ended(task)) {
        redis.call(c -> c.xdel(key, entry.getId()));
      }
    }
  }

  /** Whether this entry needs nothing more; false to look at it again. */
  private boolean endedOfJob(String job) {
    Optional<Job> found = jobs.find(job);
    if (found.isEmpty()) {
      return true;
    }
    if (!found.get().finished()) {
      return false;
    }
    List<ScanResult> pending =
        results.find(
            ResultQuery.ofJob(job)
                .matching(ResultQuery.Filter.ofActions(Set.of(ActionState.PENDING))),
            MAX_RECORDS);
    return pending.stream().allMatch(record -> ended(record.scanRequestTaskId()))
        && pending.size() < MAX_RECORDS;
  }

  private boolean ended(String task) {
    String number = redis.call(c -> c.get(redis.keys().of(Key.RESULT_OF, task)));
    String json =
        number == null ? null : redis.call(c -> c.get(redis.keys().of(Key.RESULT, number)));
    if (json == null) {
      // The verdict may not be recorded yet; otherwise the record is deleted.
      return !redis.call(c -> c.hexists(redis.keys().of(Key.UNRECORDED), task));
    }
    ScanResult record = RecordReader.parse(json);
    return ActionState.of(record) != ActionState.PENDING || failed(task, json, record);
  }

  private boolean failed(String task, String before, ScanResult record) {
    ScanResult failed =
        record
            .withAction(ItemActionStatus.of(Status.ERROR, REASON, null, ItemAction.NOT_IMPLEMENTED))
            .actedAt(clock.instant().toString());
    ScanRequest request = record.scanRequest();
    Origin origin = request == null ? new Origin(null, null) : Origin.of(request);
    String job = record.scanJobId();
    return redis.runInteger(
            Script.LOSE,
            task,
            before,
            Json.text(failed),
            job == null ? "" : job,
            origin.connectorKey(),
            origin.digest(),
            siem ? SiemEvent.json(failed, clock.instant()) : "")
        == 1;
  }
}
