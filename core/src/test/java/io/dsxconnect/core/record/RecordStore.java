package io.dsxconnect.core.record;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.RedisStageQueue;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.redis.Redis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Writes records through the queue, as the result stage does. */
final class RecordStore {
  static final String CONNECTOR = "2c81d259-0000-4000-8000-000000000001";
  private static final Map<Outcome, String> VERDICTS =
      Map.of(
          Outcome.BENIGN, ScanResponse.BENIGN,
          Outcome.MALICIOUS, ScanResponse.MALICIOUS,
          Outcome.UNKNOWN, ScanResponse.UNKNOWN,
          Outcome.UNSUPPORTED, ScanResponse.UNSUPPORTED,
          Outcome.NOT_SCANNED, ScanResponse.NOT_SCANNED,
          Outcome.NON_COMPLIANT, ScanResponse.NON_COMPLIANT);

  private final AtomicInteger ids = new AtomicInteger();
  private final Intake intake;
  private final RedisStageQueue queue;
  private long retain = -1;
  private Instant at = Instant.ofEpochSecond(1_000_000);

  RecordStore(Redis redis) {
    this.intake = new Intake(redis, () -> "task-" + ids.incrementAndGet());
    this.queue = new RedisStageQueue(redis, Stage.SCAN, "worker", Duration.ofSeconds(30));
  }

  void retain(long records) {
    retain = records;
  }

  void at(long epochSecond) {
    at = Instant.ofEpochSecond(epochSecond);
  }

  private static ConnectorInstance connector() {
    return ConnectorInstance.builder("fs", "http://127.0.0.1:1/fs")
        .uuid(CONNECTOR)
        .itemAction(ItemAction.DELETE, "")
        .build();
  }

  /** The verdict on a file, as a record. */
  ScanResult verdict(String task, String job, String location, Outcome outcome) {
    ScanRequest request =
        ScanRequest.of(location, location)
            .withConnector(connector(), null)
            .withJob(job)
            .withSize((long) location.length());
    ScanResultStatus status =
        switch (outcome) {
          case FAILED -> ScanResultStatus.FAILED;
          case CANCELLED -> ScanResultStatus.CANCELLED;
          default -> ScanResultStatus.SCANNED;
        };
    ScanResult result =
        ScanResult.of(task, status).withJob(job).withRequest(request).recordedAt(at.toString());
    String verdict = VERDICTS.get(outcome);
    return verdict == null ? result : result.withVerdict(ScanResponse.of("g", verdict, 5L));
  }

  /** Accepts a file and takes its task. */
  Task take(String job, String location) {
    ScanRequest request = ScanRequest.of(location, location).withConnector(connector(), null);
    intake.accept(job, List.of(request));
    return queue.take(1, Set.of()).getFirst();
  }

  /** Records a file; returns its task. */
  String record(String job, String location, Outcome outcome) {
    Task task = take(job, location);
    complete(outcome(task, job, location, outcome));
    return task.id();
  }

  Handoff outcome(Task task, String job, String location, Outcome outcome) {
    return Handoff.of(task)
        .outcome(
            outcome,
            new Handoff.Measured(location.length(), 5, false, 1, 1),
            location,
            Json.text(verdict(task.id(), job, location, outcome)),
            retain);
  }

  void complete(Handoff handoff) {
    queue.complete(handoff);
  }

  /** The outcome of an action on a task, in a separate hand-off. */
  void amend(String of, String record) {
    Task task = take("X", "/x");
    complete(Handoff.of(as(task, of)).amend(record, null));
  }

  /** The outcome of the same task once more, as after a replay. */
  void again(Task first, String job, String location, Outcome outcome) {
    Task task = as(take("X", "/x"), first.id());
    complete(outcome(task, job, location, outcome));
  }

  /** This delivery with the id of another task. */
  private static Task as(Task task, String id) {
    Task.Message m = task.message();
    return new Task(
        task.stage(),
        task.delivery(),
        task.attempts(),
        new Task.Message(id, m.job(), m.origin(), m.body()));
  }
}
