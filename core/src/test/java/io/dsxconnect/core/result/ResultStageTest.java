package io.dsxconnect.core.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.contract.Status;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.TestClock;
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
import io.dsxconnect.core.record.ActionState;
import io.dsxconnect.core.record.LostActions;
import io.dsxconnect.core.record.RecordDeletion;
import io.dsxconnect.core.record.RecordTotals;
import io.dsxconnect.core.record.ResultQuery;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.MonotonicClock;
import io.lettuce.core.Range;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verdicts and outcomes of actions become one record per file, whatever their order. */
class ResultStageTest extends RedisFixture {
  final TestClock clock = new TestClock();
  Jobs jobs;
  Results results;
  ResultStage stage;
  RedisStageQueue queue;

  @Override
  protected MonotonicClock ticks() {
    return clock;
  }

  @BeforeEach
  void open() {
    jobs = new Jobs(redis);
    results = new Results(redis);
    stage = new ResultStage(new Origins(redis), clock, -1, true);
    queue = queue(Stage.RESULT);
  }

  RedisStageQueue queue(Stage of) {
    return new RedisStageQueue(redis, of, "w1", Duration.ofSeconds(30));
  }

  /** Scans a malicious file: its verdict and its action wait. */
  void scanMaliciousFile() throws InvalidInput {
    ScanRequest request =
        ScanRequest.of("/data/x", "x").withConnector(null, "http://c:1/fs").withSize(4L);
    new Intake(redis, () -> "task-1").accept("J", List.of(request));
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 0));
    RedisStageQueue scan = queue(Stage.SCAN);
    Task task = scan.take(1, Set.of()).getFirst();
    String message =
        new ResultMessage(
                ResultMessage.Kind.VERDICT,
                result(ScanRequest.parse(task.body()), ItemActionStatus.NONE))
            .encode();
    assertThat(
            scan.complete(
                Handoff.of(task).put(Stage.RESULT, message).actionDue().put(Stage.ACTION, message)))
        .isTrue();
  }

  /** The connector deletes the file: the outcome waits behind the earlier messages. */
  void succeedWithAction() {
    RedisStageQueue action = queue(Stage.ACTION);
    Task task = action.take(1, Set.of()).getFirst();
    ItemActionStatus done =
        ItemActionStatus.of(Status.SUCCESS, "File deleted", null, ItemAction.DELETE);
    assertThat(action.complete(acted(task, done))).isTrue();
  }

  private static Handoff acted(Task task, ItemActionStatus outcome) {
    ScanResult verdict = ResultMessage.decode(task.body()).result();
    return Handoff.of(task)
        .put(
            Stage.RESULT,
            new ResultMessage(ResultMessage.Kind.ACTION, result(verdict.scanRequest(), outcome))
                .encode());
  }

  /** The action ends as a dead letter, which an operator replays. */
  private void giveUpActionAndReplay() {
    RedisStageQueue action = queue(Stage.ACTION);
    Task task = action.take(1, Set.of()).getFirst();
    String letter =
        DeadLetter.of(
                task, new Origin(null, "http://c:1/fs"), "connector_server", "500", null, null)
            .json();
    ItemActionStatus failed = ItemActionStatus.of(Status.ERROR, "no room", null, ItemAction.DELETE);
    assertThat(action.complete(acted(task, failed).dead(letter))).isTrue();
    assertThat(new DeadLetters(redis).requeue(Stage.ACTION, 10).requeued()).isEqualTo(1);
  }

  static ScanResult result(@Nullable ScanRequest request, ItemActionStatus action) {
    return ScanResult.of("task-1", ScanResultStatus.SCANNED)
        .withJob("J")
        .withRequest(request)
        .withVerdict(ScanResponse.of("g", ScanResponse.MALICIOUS, 1200L))
        .withAction(action)
        .withScanner("engine", "a".repeat(64));
  }

  List<Task> taken() {
    return queue.take(10, Set.of());
  }

  void work(Task task) {
    assertThat(queue.complete(stage.handle(task))).isTrue();
  }

  void giveUp(Task task) {
    assertThat(queue.complete(stage.giveUp(task, "its worker died"))).isTrue();
  }

  ScanResult record() {
    return results.ofTask("task-1").orElseThrow();
  }

  List<String> siemEvents() {
    return redis.call(c -> c.xrange(redis.keys().of(Key.SIEM), Range.unbounded())).stream()
        .map(event -> String.valueOf(event.getBody().get("e")))
        .toList();
  }

  void assertLedgerOfOneMaliciousFile() {
    Ledger ledger = jobs.find("J").orElseThrow().ledger();
    assertThat(ledger.malicious()).isEqualTo(1);
    assertThat(ledger.failed()).isZero();
    assertThat(ledger.pending()).isZero();
    assertThat(ledger.balanced()).isTrue();
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
  }

  void assertRecordIsDeleted() {
    assertThat(record().status()).isEqualTo(ScanResultStatus.ACTION_SUCCEEDED);
    assertThat(record().itemAction().message()).isEqualTo("File deleted");
    assertThat(record().verdict()).isNotNull();
    assertThat(record().scanRequest()).isNotNull();
  }

  @Test
  void bug_the_outcome_of_an_action_that_comes_before_its_verdict_is_recorded_is_not_lost()
      throws Exception {
    scanMaliciousFile();
    succeedWithAction();
    List<Task> messages = taken();
    assertThat(messages).hasSize(2);
    work(messages.get(1));
    assertThat(results.ofTask("task-1")).isEmpty();
    assertThat(siemEvents()).isEmpty();
    work(messages.get(0));
    assertRecordIsDeleted();
    assertLedgerOfOneMaliciousFile();
    assertThat(siemEvents()).hasSize(2);
    assertThat(siemEvents().get(0)).contains("No action taken");
    assertThat(siemEvents().get(1)).contains("File deleted");
    assertThat(queue(Stage.NOTIFY).take(10, Set.of()))
        .extracting(Task::body)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("{\"id\":1,").contains("No action taken"),
            second -> assertThat(second).startsWith("{\"id\":1,").contains("File deleted"));
    long waiting = redis.call(c -> c.exists(redis.keys().of(Key.UNRECORDED)));
    assertThat(waiting).isZero();
  }

  /** The second outcome replaced the first, which was never counted, so the job never ended. */
  @Test
  void bug_an_action_that_was_replayed_before_its_verdict_was_recorded_kept_its_job_from_ending()
      throws Exception {
    scanMaliciousFile();
    giveUpActionAndReplay();
    succeedWithAction();
    List<Task> messages = taken();
    assertThat(messages).hasSize(3);
    work(messages.get(1));
    work(messages.get(2));
    work(messages.get(0));
    assertRecordIsDeleted();
    assertLedgerOfOneMaliciousFile();
    assertThat(siemEvents()).hasSize(3);
    assertThat(siemEvents().get(2)).contains("File deleted");
  }

  @Test
  void the_outcome_of_an_action_after_its_verdict_changes_the_same_record() throws Exception {
    scanMaliciousFile();
    succeedWithAction();
    taken().forEach(this::work);
    assertRecordIsDeleted();
    assertLedgerOfOneMaliciousFile();
    assertThat(siemEvents()).hasSize(2);
  }

  @Test
  void bug_the_event_of_an_action_did_not_name_the_time_when_the_file_was_recorded()
      throws Exception {
    scanMaliciousFile();
    succeedWithAction();
    List<Task> messages = taken();
    work(messages.get(0));
    clock.advance(Duration.ofSeconds(7));
    work(messages.get(1));
    List<JsonNode> events = new ArrayList<>();
    for (String event : siemEvents()) {
      events.add(Json.parseOwn(event.getBytes(StandardCharsets.UTF_8)));
    }
    assertThat(events).hasSize(2);
    String found = Objects.requireNonNull(record().recordedAt());
    assertThat(events)
        .allSatisfy(event -> assertThat(event.path("recorded_at").textValue()).isEqualTo(found));
    assertThat(events.get(0).get("action_at").isNull()).isTrue();
    assertThat(events.get(1).path("action_at").textValue()).isEqualTo(record().actionAt());
    assertThat(record().actionAt()).isNotEqualTo(found);
  }

  @Test
  void bug_an_outcome_of_an_action_that_is_given_up_is_not_counted_as_a_file() throws Exception {
    scanMaliciousFile();
    succeedWithAction();
    List<Task> messages = taken();
    work(messages.get(0));
    giveUp(messages.get(1));
    assertRecordIsDeleted();
    assertThat(record().reason()).isEqualTo("its worker died");
    assertLedgerOfOneMaliciousFile();
    DeadLetters dead = new DeadLetters(redis);
    assertThat(dead.count(Stage.RESULT)).isEqualTo(1);

    assertThat(dead.requeue(Stage.RESULT, 1))
        .isEqualTo(new DeadLetters.Requeued(1, 0, DeadLetters.Kept.NONE));
    taken().forEach(this::work);
    assertRecordIsDeleted();
    assertThat(record().reason()).isNull();
    assertLedgerOfOneMaliciousFile();
  }

  @Test
  void bug_a_verdict_that_is_given_up_and_can_be_read_stays_what_it_is() throws Exception {
    scanMaliciousFile();
    succeedWithAction();
    List<Task> messages = taken();
    giveUp(messages.get(0));
    assertThat(record().verdict()).isNotNull();
    assertThat(record().scanRequest()).isNotNull();
    assertThat(record().reason()).isEqualTo("its worker died");
    work(messages.get(1));
    assertRecordIsDeleted();
    assertLedgerOfOneMaliciousFile();

    long number = record().id();
    DeadLetters dead = new DeadLetters(redis);
    assertThat(dead.requeue(Stage.RESULT, 1))
        .isEqualTo(new DeadLetters.Requeued(1, 0, DeadLetters.Kept.NONE));
    assertThat(jobs.find("J").orElseThrow().ledger().pending()).isEqualTo(1);
    taken().forEach(this::work);
    assertRecordIsDeleted();
    assertThat(record().id()).isEqualTo(number);
    assertLedgerOfOneMaliciousFile();
    assertThat(new RecordTotals(redis).stats().maliciousCount()).isEqualTo(1);
    assertThat(new RecordTotals(redis).stats().filesScanned()).isEqualTo(1);
  }

  @Test
  void unreadable_messages_end_as_dead_letters_and_the_ledger_balances() throws Exception {
    scanMaliciousFile();
    RedisStageQueue action = queue(Stage.ACTION);
    action.complete(
        Handoff.of(action.take(1, Set.of()).getFirst()).put(Stage.RESULT, "A no record"));
    List<Task> messages = taken();
    queue.complete(Handoff.of(messages.get(0)).put(Stage.RESULT, ""));
    giveUp(messages.get(1));
    taken().forEach(this::giveUp);
    Ledger ledger = jobs.find("J").orElseThrow().ledger();
    assertThat(ledger.failed()).isEqualTo(1);
    assertThat(ledger.pending()).isZero();
    assertThat(ledger.balanced()).isTrue();
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
    assertThat(new DeadLetters(redis).count(Stage.RESULT)).isEqualTo(2);
  }

  @Test
  void bug_a_record_that_is_written_while_all_are_deleted_is_not_hidden() {
    ScanRequest request =
        ScanRequest.of("/data/x", "x").withConnector(null, "http://c:1/fs").withSize(4L);
    AtomicInteger ids = new AtomicInteger();
    new Intake(redis, () -> "task-" + ids.incrementAndGet())
        .accept("J", Collections.nCopies(1_000, request));
    RedisStageQueue scan = queue(Stage.SCAN);
    List<Task> tasks = scan.take(1_000, Set.of());
    String record = Json.text(result(request, ItemActionStatus.NONE));
    Thread writer =
        Thread.startVirtualThread(
            () ->
                tasks.forEach(
                    task ->
                        scan.complete(
                            Handoff.of(task)
                                .outcome(
                                    Outcome.MALICIOUS,
                                    new Handoff.Measured(4, 1, false, 1, 1),
                                    "/data/x",
                                    record.replace("task-1", task.id()),
                                    -1))));
    while (writer.isAlive()) {
      new RecordDeletion(redis, results).deleteAll();
    }
    List<String> kept = redis.call(c -> c.keys(redis.keys().of(Key.RESULT, "*")));
    assertThat(results.find(ResultQuery.ofJob("J"), 2_000)).hasSameSizeAs(kept);
    assertThat(results.find(ResultQuery.ALL, 2_000)).hasSameSizeAs(kept);
  }

  /** Replaces the entry of the action, as something that the product did not write. */
  private void breakAction(Map<String, String> fields) {
    String lanes = redis.keys().of(Key.LANES, Stage.ACTION.queue());
    String lane = redis.call(c -> c.smembers(lanes)).iterator().next();
    String key = redis.keys().of(Key.LANE, Stage.ACTION.queue(), lane);
    redis.call(c -> c.xtrim(key, 0));
    redis.call(c -> c.xadd(key, fields));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "t=task-1;j=J;n=many;o=o;b={}",
        "x=y;j=J",
        "x={\"scan_request_task_id\":\"task-1\"};j=J",
      })
  void bug_an_action_that_cannot_be_read_left_its_record_pending_for_ever(String fields)
      throws Exception {
    LostActions lost = new LostActions(redis, clock, true);
    scanMaliciousFile();
    Map<String, String> entry = new LinkedHashMap<>();
    for (String field : fields.split(";")) {
      entry.put(field.substring(0, 1), field.substring(2));
    }
    breakAction(entry);
    assertThat(queue(Stage.ACTION).take(10, Set.of())).isEmpty();
    lost.upkeep();
    taken().forEach(this::work);
    assertThat(ActionState.of(record())).isEqualTo(ActionState.PENDING);
    lost.upkeep();
    assertThat(ActionState.of(record())).isEqualTo(ActionState.FAILED);
    assertThat(record().itemAction().message()).contains("could not be read");
    assertThat(results.failedActions()).isOne();
    assertThat(jobs.find("J").orElseThrow().finished()).isTrue();
    assertLedgerOfOneMaliciousFile();
    assertThat(redis.<Long>call(c -> c.xlen(redis.keys().of(Key.LOST_ACTIONS)))).isZero();
    assertThat(redis.<Long>call(c -> c.xlen(redis.keys().of(Key.SIEM)))).isEqualTo(2);
    lost.upkeep();
    assertThat(redis.<Long>call(c -> c.xlen(redis.keys().of(Key.SIEM)))).isEqualTo(2);
  }

  @Test
  void bug_an_action_outcome_that_cannot_be_read_left_its_record_pending_for_ever()
      throws Exception {
    scanMaliciousFile();
    RedisStageQueue action = queue(Stage.ACTION);
    action.complete(
        Handoff.of(action.take(1, Set.of()).getFirst()).put(Stage.RESULT, "A no record"));
    List<Task> messages = taken();
    work(messages.get(0));
    giveUp(messages.get(1));
    new LostActions(redis, clock, true).upkeep();
    assertThat(ActionState.of(record())).isEqualTo(ActionState.FAILED);
    assertLedgerOfOneMaliciousFile();
  }
}
