package io.dsxconnect.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Status;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.job.ActionCounts;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.DeadLetter;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RedisStageQueue;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.result.ResultMessage;
import io.dsxconnect.core.result.ResultStage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A job's counts of item actions, however their outcomes arrive. */
class ActionCountsTest extends RedisFixture {
  private static final Status OK = Status.SUCCESS;
  private static final Status ERROR = Status.ERROR;

  private final Map<Stage, RedisStageQueue> queues = new EnumMap<>(Stage.class);
  private ScanResult verdict;

  @BeforeEach
  void open() {
    for (Stage stage : Stage.values()) {
      queues.put(stage, new RedisStageQueue(redis, stage, "w", Duration.ofSeconds(30)));
    }
    verdict = new RecordStore(redis).verdict("task", "J", "/evil", Outcome.MALICIOUS);
  }

  private Task take(Stage stage) {
    return queue(stage).take(1, Set.of()).getFirst();
  }

  private RedisStageQueue queue(Stage stage) {
    return Objects.requireNonNull(queues.get(stage));
  }

  private void complete(Task task, Handoff handoff) {
    assertThat(queue(task.stage()).complete(handoff)).isTrue();
  }

  /** Scans the file; its verdict and its action wait. */
  private void scan() {
    ScanRequest request = ScanRequest.of("/evil", "x").withConnector(null, "http://127.0.0.1:1/fs");
    new Intake(redis, () -> "task").accept("J", List.of(request));
    Task task = take(Stage.SCAN);
    String body = message(ResultMessage.Kind.VERDICT, verdict);
    complete(task, Handoff.of(task).put(Stage.RESULT, body).actionDue().put(Stage.ACTION, body));
  }

  private static String message(ResultMessage.Kind kind, ScanResult result) {
    return new ResultMessage(kind, result).encode();
  }

  /** Carries out the action; its outcome waits to be recorded. */
  private void act(Status status, boolean dead) {
    Task task = take(Stage.ACTION);
    ScanResult acted =
        verdict.withAction(ItemActionStatus.of(status, "m", null, ItemAction.DELETE));
    Handoff handoff = Handoff.of(task);
    if (dead) {
      Origin origin = new Origin(null, "http://127.0.0.1:1/fs");
      handoff.dead(DeadLetter.of(task, origin, "unknown_error", "m", null, null).json());
    }
    complete(task, handoff.put(Stage.RESULT, message(ResultMessage.Kind.ACTION, acted)));
  }

  private void record(Task task, long retain) {
    ResultStage stage =
        new ResultStage(new Origins(redis), InstantSource.system(), () -> retain, false);
    complete(task, stage.handle(task));
  }

  private void record() {
    record(take(Stage.RESULT), -1);
  }

  private @Nullable ActionCounts counts() {
    return ActionCounts.of(new Jobs(redis).find("J").orElseThrow());
  }

  private void replay() {
    assertThat(new DeadLetters(redis).requeue(Stage.ACTION, 1).requeued()).isOne();
  }

  @Test
  void an_outcome_before_the_verdict_is_counted_with_the_verdict() {
    scan();
    act(ERROR, false);
    Task first = take(Stage.RESULT);
    record();
    assertThat(counts()).isEqualTo(new ActionCounts(1, 0, 0, 0));
    record(first, -1);
    assertThat(counts()).isEqualTo(new ActionCounts(0, 0, 1, 0));
  }

  @Test
  void a_replay_moves_an_action_from_failed_to_succeeded_and_never_back() {
    scan();
    record();
    act(ERROR, true);
    record();
    assertThat(counts()).isEqualTo(new ActionCounts(0, 0, 1, 0));
    replay();
    assertThat(counts()).isEqualTo(new ActionCounts(1, 0, 1, 0));
    act(OK, true);
    record();
    assertThat(counts()).isEqualTo(new ActionCounts(0, 1, 0, 0));
    replay();
    act(ERROR, false);
    record();
    assertThat(counts()).isEqualTo(new ActionCounts(0, 1, 0, 0));
  }

  @Test
  void an_action_whose_record_is_gone_is_counted_once() {
    scan();
    record(take(Stage.RESULT), 0);
    assertThat(new Results(redis).ofTask("task")).isEmpty();
    act(ERROR, true);
    record();
    assertThat(counts()).isEqualTo(new ActionCounts(0, 0, 1, 0));
    replay();
    assertThat(counts()).isEqualTo(new ActionCounts(1, 0, 0, 0));
    act(OK, false);
    record();
    assertThat(counts()).isEqualTo(new ActionCounts(0, 1, 0, 0));
  }

  @Test
  void a_lost_action_has_failed() {
    scan();
    record();
    Task task = take(Stage.ACTION);
    complete(task, Handoff.of(task).actionLost());
    assertThat(counts()).isEqualTo(new ActionCounts(0, 0, 0, 0));
    new LostActions(redis, InstantSource.system(), false).upkeep();
    assertThat(counts()).isEqualTo(new ActionCounts(0, 0, 1, 0));
  }

  @Test
  void a_job_whose_first_actions_were_not_counted_has_no_counts() {
    redis.call(c -> c.hset(redis.keys().of(Key.JOB, "J"), "actions_pending", "0"));
    redis.call(c -> c.hset(redis.keys().of(Key.JOB, "J"), "status", "running"));
    scan();
    record();
    act(ERROR, false);
    record();
    assertThat(counts()).isNull();
    assertThat(new ActionRetry(redis, uuid -> true, () -> "r").retry("task"))
        .isInstanceOf(ActionRetry.Answer.Queued.class);
    assertThat(counts()).isNull();
  }
}
