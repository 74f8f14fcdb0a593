package io.dsxconnect.core.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Status;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.RunningStages;
import io.dsxconnect.core.job.ActionCounts;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobProgress;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.JsonAnswer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A failed item action is tried again by the real stages, at a connector that counts. */
class ActionRetryTest extends RedisFixture {
  static final String EICAR =
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE" + "!$H+H*";

  final List<String> actionIds = new CopyOnWriteArrayList<>();

  /** The connector's answers to actions, one each; it waits for the next. */
  final BlockingQueue<Map<String, Object>> answers = new LinkedBlockingQueue<>();

  HttpServer connector;
  RunningStages stages;
  Results results;
  Jobs jobs;

  @BeforeEach
  void start() {
    results = new Results(redis);
    jobs = new Jobs(redis);
    connector = HttpServer.start("127.0.0.1", 0, this::routes);
    stages = new RunningStages(server);
  }

  @AfterEach
  void stop() {
    stages.close();
    connector.close();
  }

  private void routes(HttpRouting.Builder routing) {
    routing.get("/fs/healthz", (req, res) -> JsonAnswer.send(res, 200, Map.of("ok", true)));
    routing.post("/fs/read_file", ActionRetryTest::read);
    routing.put(
        "/fs/item_action",
        (req, res) -> {
          actionIds.add(Bodies.json(req, 1 << 20).path("action_id").asText());
          JsonAnswer.send(res, 200, answers.take());
        });
  }

  private static void read(ServerRequest req, ServerResponse res) throws Exception {
    boolean evil = Bodies.json(req, 1 << 20).path("location").asText().contains("evil");
    res.header("Content-Type", "application/octet-stream");
    res.send((evil ? EICAR : "clean").getBytes(StandardCharsets.UTF_8));
  }

  static Map<String, Object> said(String status, String message) {
    return Map.of("status", status, "message", message, "item_action", "delete");
  }

  private String accept(ScanRequest request) {
    String task = UUID.randomUUID().toString();
    new Intake(redis, () -> task).accept("J", List.of(request));
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 0));
    return task;
  }

  private ScanRequest file(String location) {
    return ScanRequest.of(location, location).withConnector(null, connector.url() + "/fs");
  }

  private String failed() {
    String task = accept(file("evil"));
    answers.add(said("error", "no permission"));
    awaitEnd();
    return task;
  }

  private void awaitEnd() {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jobs.find("J").map(Job::finished).orElse(false));
  }

  private ActionRetry retry(Predicate<String> registered) {
    return new ActionRetry(redis, registered, () -> UUID.randomUUID().toString());
  }

  private ScanResult record(String task) {
    return results.ofTask(task).orElseThrow();
  }

  private Ledger ledger() {
    return jobs.find("J").orElseThrow().ledger();
  }

  private @Nullable ActionCounts counts() {
    return ActionCounts.of(jobs.find("J").orElseThrow());
  }

  private String reason(String task) {
    ActionRetry.Answer answer = retry(uuid -> false).retry(task);
    assertThat(answer).isInstanceOf(ActionRetry.Answer.Refused.class);
    return ((ActionRetry.Answer.Refused) answer).reason();
  }

  @Test
  void a_failed_action_is_carried_out_under_a_new_id_and_changes_the_same_record() {
    String task = failed();
    long id = record(task).id();
    assertThat(ActionState.of(record(task))).isEqualTo(ActionState.FAILED);
    assertThat(results.failedActions()).isOne();
    assertThat(counts()).isEqualTo(new ActionCounts(0, 0, 1, 0));
    Ledger before = ledger();

    ActionRetry.Answer answer = retry(uuid -> false).retry(task);

    assertThat(answer).isInstanceOf(ActionRetry.Answer.Queued.class);
    assertThat(ActionState.of(record(task))).isEqualTo(ActionState.PENDING);
    assertThat(results.failedActions()).isZero();
    assertThat(counts()).isEqualTo(new ActionCounts(1, 0, 0, 0));
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("running");
    assertThat(ledger().balanced()).isTrue();
    assertThat(reason(task)).startsWith("action_in_work");

    answers.add(said("success", "deleted"));
    awaitEnd();
    ScanResult record = record(task);
    assertThat(ActionState.of(record)).isEqualTo(ActionState.SUCCEEDED);
    assertThat(record.id()).isEqualTo(id);
    assertThat(record.scanRequestTaskId()).isEqualTo(task);
    assertThat(Objects.requireNonNull(record.scanRequest()).actionId()).isNull();
    assertThat(actionIds)
        .containsExactly(task, ((ActionRetry.Answer.Queued) answer).actionId())
        .doesNotHaveDuplicates();
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
    assertThat(ledger()).isEqualTo(before);
    assertThat(counts()).isEqualTo(new ActionCounts(0, 1, 0, 0));
    assertThat(reason(task)).startsWith("action_succeeded");
  }

  @Test
  void an_action_that_fails_again_can_be_retried_again() {
    String task = failed();
    for (int i = 0; i < 2; i++) {
      answers.add(said("error", "still no permission"));
      assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
      awaitEnd();
      assertThat(record(task).itemAction().message()).isEqualTo("still no permission");
      assertThat(results.failedActions()).isOne();
    }
    assertThat(actionIds).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void bug_a_retry_lost_why_the_action_had_failed() {
    String task = failed();
    String long1 = "x".repeat(2_000);
    for (int i = 0; i < 6; i++) {
      assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
      answers.add(i < 5 ? said("error", i == 4 ? long1 : "failure " + i) : said("success", "ok"));
      awaitEnd();
    }
    ScanResult record = record(task);
    assertThat(ActionState.of(record)).isEqualTo(ActionState.SUCCEEDED);
    assertThat(record.earlierActionFailures())
        .containsExactly(
            "failure 0", "failure 1", "failure 2", "failure 3", long1.substring(0, 500));
  }

  private static Map<String, Object> nothing(String message) {
    return Map.of("status", "nothing", "message", message, "item_action", "nothing");
  }

  @Test
  void bug_a_retry_at_which_the_connector_did_nothing_hid_a_malicious_file() {
    String task = failed();
    answers.add(nothing("No action taken"));
    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    awaitEnd();
    assertThat(ActionState.of(record(task))).isEqualTo(ActionState.FAILED);
    assertThat(record(task).itemAction().message()).startsWith("the connector took no action");
    assertThat(record(task).itemAction().description()).isEqualTo("No action taken");
    assertThat(results.failedActions()).isOne();
  }

  @Test
  void a_file_that_another_action_dealt_with_needs_no_person() {
    String task = failed();
    answers.add(nothing("already acted on by another"));
    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    awaitEnd();
    assertThat(ActionState.of(record(task))).isEqualTo(ActionState.NONE);
    assertThat(results.failedActions()).isZero();
  }

  @Test
  void bug_an_action_that_had_succeeded_unheard_was_no_success_at_its_retry() {
    String task = failed();
    answers.add(nothing("already acted on by " + task));
    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    awaitEnd();
    assertThat(ActionState.of(record(task))).isEqualTo(ActionState.SUCCEEDED);
  }

  @Test
  void bug_an_action_that_succeeded_at_a_retry_left_its_dead_letter() {
    String task = accept(file("evil"));
    for (int i = 0; i < 2; i++) {
      answers.add(
          Map.of(
              "status", "error", "message", "in use", "item_action", "delete", "retryable", true));
    }
    awaitEnd();
    DeadLetters letters = new DeadLetters(redis);
    SettledLetters settled = new SettledLetters(redis);
    settled.upkeep();
    assertThat(letters.count(Stage.ACTION)).as("while the action has failed").isOne();
    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    settled.upkeep();
    assertThat(letters.count(Stage.ACTION)).as("while it is tried again").isOne();
    answers.add(said("success", "deleted"));
    awaitEnd();
    settled.upkeep();
    assertThat(letters.count(Stage.ACTION)).isZero();
  }

  @Test
  void bug_a_job_was_cancelled_after_its_end_while_its_actions_were_tried_again() {
    String task = failed();
    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    for (Jobs.Verb verb : Jobs.Verb.values()) {
      assertThat(jobs.steer("J", verb)).as("%s", verb).isEqualTo(Jobs.Steered.FINISHED);
    }
    answers.add(said("success", "deleted"));
    awaitEnd();
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
  }

  @Test
  void bug_a_retry_moved_the_end_of_its_job() {
    String task = failed();
    String key = redis.keys().of(Key.JOB, "J");
    long start = jobs.find("J").orElseThrow().number("started_at");
    redis.call(c -> c.hset(key, "finished_at", Long.toString(start + 7)));
    redis.call(c -> c.hset(key, "started_at", Long.toString(start - 100)));
    for (int i = 0; i < 2; i++) {
      answers.add(said("error", "still no permission"));
      assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
      awaitEnd();
      Job job = jobs.find("J").orElseThrow();
      assertThat(job.number("first_finished_at")).isEqualTo(start + 7);
      assertThat(job.number("actions_retried_at")).isGreaterThanOrEqualTo(start);
      assertThat(JobProgress.of(job, start + 1000).durationSeconds()).isEqualTo(107);
    }
    accept(file("clean"));
    awaitEnd();
    assertThat(jobs.find("J").orElseThrow().fields())
        .doesNotContainKeys("first_finished_at", "actions_retried_at");
  }

  @Test
  void a_file_that_is_gone_at_the_retry_may_be_the_first_actions_work() {
    String task = failed();
    answers.add(said("error", "File does not exist"));
    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    awaitEnd();
    assertThat(record(task).itemAction().message()).isEqualTo("outcome unconfirmed");
    assertThat(ActionState.of(record(task))).isEqualTo(ActionState.UNCONFIRMED);
    assertThat(results.unconfirmedActions()).isOne();
    assertThat(counts()).isEqualTo(new ActionCounts(0, 0, 0, 1));

    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    assertThat(results.unconfirmedActions()).isZero();
    answers.add(said("success", "deleted"));
    awaitEnd();
    assertThat(ActionState.of(record(task))).isEqualTo(ActionState.SUCCEEDED);
  }

  @Test
  void bug_any_text_that_something_does_not_exist_hid_a_malicious_file() {
    String task = failed();
    for (String text :
        List.of(
            "the quarantine folder /q cannot be used: does not exist",
            "delete failed: the user was not found")) {
      answers.add(said("error", text));
      assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
      awaitEnd();
      assertThat(ActionState.of(record(task))).isEqualTo(ActionState.FAILED);
      assertThat(record(task).itemAction().message()).isEqualTo(text);
      assertThat(results.failedActions()).isOne();
    }
  }

  @Test
  void a_connector_that_says_whether_the_file_is_gone_is_believed_whatever_its_words() {
    String task = failed();
    answers.add(gone(false, "File does not exist"));
    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    awaitEnd();
    assertThat(ActionState.of(record(task))).isEqualTo(ActionState.FAILED);
    answers.add(gone(true, "no such key"));
    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    awaitEnd();
    assertThat(ActionState.of(record(task))).isEqualTo(ActionState.UNCONFIRMED);
  }

  private static Map<String, Object> gone(boolean gone, String message) {
    return Map.of(
        "status", "error", "message", message, "item_action", "delete", "file_gone", gone);
  }

  @Test
  void bug_an_action_changed_the_time_when_the_file_was_recorded() {
    String task = failed();
    ScanResult first = record(task);
    Instant found = Instant.parse(Objects.requireNonNull(first.recordedAt()));
    Instant tried = Instant.parse(Objects.requireNonNull(first.actionAt()));
    assertThat(tried).isAfterOrEqualTo(found);

    assertThat(retry(uuid -> false).retry(task)).isInstanceOf(ActionRetry.Answer.Queued.class);
    assertThat(record(task).actionAt()).isNull();
    answers.add(said("success", "deleted"));
    awaitEnd();
    assertThat(record(task).recordedAt()).isEqualTo(first.recordedAt());
    assertThat(Instant.parse(Objects.requireNonNull(record(task).actionAt()))).isAfter(tried);
  }

  @Test
  void what_cannot_be_retried_is_refused_with_its_reason() {
    assertThat(retry(uuid -> true).retry("none")).isEqualTo(new ActionRetry.Answer.Unknown());
    String benign = accept(file("clean"));
    awaitEnd();
    assertThat(reason(benign)).startsWith("not_malicious");
  }

  /** Records a failed action without the stages, so that nothing of it goes on. */
  private String recordedFailure() {
    RecordStore store = new RecordStore(redis);
    stages.close();
    String task = store.record("J", "/evil", Outcome.MALICIOUS);
    store.amend(
        task,
        Json.text(
            store
                .verdict(task, "J", "/evil", Outcome.MALICIOUS)
                .withAction(ItemActionStatus.of(Status.ERROR, "m", null, ItemAction.DELETE))));
    return task;
  }

  @Test
  void a_connector_that_is_not_registered_cannot_act() {
    String task = recordedFailure();
    assertThat(reason(task)).startsWith("connector_gone");
    assertThat(retry(RecordStore.CONNECTOR::equals).retry(task))
        .isInstanceOf(ActionRetry.Answer.Queued.class);
  }

  @Test
  void bug_a_retry_made_a_job_again_that_was_deleted() {
    String task = recordedFailure();
    redis.call(c -> c.del(redis.keys().of(Key.JOB, "J")));
    ScanResult before = record(task);
    assertThat(retry(uuid -> true).retry(task))
        .isInstanceOfSatisfying(
            ActionRetry.Answer.Refused.class,
            refused -> assertThat(refused.reason()).startsWith("job_gone"));
    assertThat(jobs.find("J")).isEmpty();
    assertThat(record(task)).isEqualTo(before);
  }

  @Test
  void an_id_that_a_client_sends_with_a_scan_request_is_not_used() {
    ScanRequest request =
        ScanRequest.of("evil", "evil")
            .withConnector(null, connector.url() + "/fs")
            .withAction("another-retry-1", null);
    String task = accept(request);
    answers.add(said("success", "deleted"));
    awaitEnd();
    assertThat(actionIds).containsExactly(task);
  }
}
