package io.dsxconnect.core.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.RunningStages;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.JsonAnswer;
import io.dsxconnect.standin.Behaviour;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The four stages on a real Redis, with connectors and scanners that misbehave. */
class PipelineTest extends RedisFixture {
  static final String EICAR =
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE" + "!$H+H*";
  static final long LIMIT = 100_000;

  final Deque<AutoCloseable> open = new ArrayDeque<>();
  final Map<String, AtomicInteger> reads = new ConcurrentHashMap<>();
  final Map<String, AtomicInteger> acts = new ConcurrentHashMap<>();
  RunningStages stages;
  Jobs jobs;
  Results results;
  HttpServer connector;

  @BeforeEach
  void start() {
    jobs = new Jobs(redis);
    results = new Results(redis);
    connector = opened(HttpServer.start("127.0.0.1", 0, this::connectorRoutes));
    stages = opened(new RunningStages(server, LIMIT));
  }

  <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  @AfterEach
  void stop() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  void connectorRoutes(HttpRouting.Builder routing) {
    routing.get("/fs/healthz", (req, res) -> JsonAnswer.send(res, 200, Map.of("ok", true)));
    routing.post("/fs/read_file", (req, res) -> reply(req, res, reads, READS, NOT_FOUND));
    routing.put("/fs/item_action", (req, res) -> reply(req, res, acts, ACTIONS, MOVED));
  }

  /** Replies as the table defines for the file name of the request. */
  static void reply(
      ServerRequest req,
      ServerResponse res,
      Map<String, AtomicInteger> calls,
      Map<String, Reply> table,
      Reply other)
      throws Exception {
    String name = Bodies.json(req, 1 << 20).path("location").asText();
    int call = calls.computeIfAbsent(name, n -> new AtomicInteger()).incrementAndGet();
    table.getOrDefault(name, other).send(res, call);
  }

  /** A reply of the connector to one call. */
  @FunctionalInterface
  interface Reply {
    /**
     * @param call number of the call for this file, from 1
     */
    void send(ServerResponse res, int call) throws Exception;
  }

  static final Reply NOT_FOUND = json(404, Map.of("message", "File not found"));
  static final Reply MOVED =
      json(200, Map.of("status", "success", "message", "File moved", "item_action", "move"));
  static final Reply FILE_CHANGED =
      json(200, ItemActionStatus.fileChanged("it changed", ItemAction.DELETE));
  static final Reply IN_USE =
      json(200, ItemActionStatus.mayPass("the file is in use", null, ItemAction.MOVE));

  /** Replies to read_file per file name. */
  static final Map<String, Reply> READS =
      Map.ofEntries(
          Map.entry("clean", content("clean")),
          Map.entry("empty", content("")),
          Map.entry("eicar", content(EICAR)),
          Map.entry("eicar-busy", content(EICAR)),
          Map.entry("eicar-locked", content(EICAR)),
          Map.entry("eicar-gone", content(EICAR)),
          Map.entry("eicar-500", content(EICAR)),
          Map.entry("eicar-odd", content(EICAR)),
          Map.entry("eicar-keeps-changing", content(EICAR)),
          Map.entry("eicar-repaired", firstThen(content(EICAR), content("clean"))),
          Map.entry("chunked", binary(chunked(50_000))),
          Map.entry("chunked-too-large", chunked((int) LIMIT + 1)),
          Map.entry("too-large", content("a".repeat((int) LIMIT + 1))),
          Map.entry(
              "json-error", json(200, Map.of("status", "error", "message", "File /x not found"))),
          Map.entry("http-404", NOT_FOUND),
          Map.entry("http-403", json(403, Map.of("detail", "permission denied"))),
          Map.entry("http-500", json(500, Map.of("detail", "broken"))),
          Map.entry("http-422", json(422, Map.of("detail", "odd"))),
          Map.entry(
              "http-500-once", firstThen(json(500, Map.of("detail", "broken")), content("clean"))),
          Map.entry("cut", PipelineTest::cutAfter50000Of60000Bytes),
          Map.entry("redirect", PipelineTest::redirect));

  /** Replies to item_action per file name; other files are moved. */
  static final Map<String, Reply> ACTIONS =
      Map.of(
          "eicar-gone",
          firstThen(
              json(503, Map.of("detail", "later")),
              json(
                  200,
                  Map.of(
                      "status",
                      "error",
                      "message",
                      "Item action failed.",
                      "description",
                      "File does not exist at /eicar-gone",
                      "item_action",
                      "delete"))),
          "eicar-repaired",
          FILE_CHANGED,
          "eicar-keeps-changing",
          FILE_CHANGED,
          "eicar-busy",
          firstThen(
              IN_USE,
              json(
                  200,
                  ItemActionStatus.of(
                      io.dsxconnect.contract.Status.SUCCESS, "File moved", null, ItemAction.MOVE))),
          "eicar-locked",
          IN_USE,
          "eicar-500",
          json(500, Map.of("detail", "broken")),
          "eicar-odd",
          json(200, List.of("odd")));

  static Reply firstThen(Reply first, Reply then) {
    return (res, call) -> (call == 1 ? first : then).send(res, call);
  }

  static Reply json(int status, Object body) {
    return (res, call) -> JsonAnswer.send(res, status, body);
  }

  static Reply content(String content) {
    return binary((res, call) -> res.send(content.getBytes(StandardCharsets.UTF_8)));
  }

  static Reply binary(Reply reply) {
    return (res, call) -> {
      res.headers().set(HeaderNames.CONTENT_TYPE, "application/octet-stream");
      reply.send(res, call);
    };
  }

  static Reply chunked(int bytes) {
    return (res, call) -> {
      try (OutputStream out = res.outputStream()) {
        out.write("a".repeat(bytes).getBytes(StandardCharsets.UTF_8));
      }
    };
  }

  static void cutAfter50000Of60000Bytes(ServerResponse res, int call) throws IOException {
    res.headers().set(HeaderNames.CONTENT_LENGTH, "60000");
    OutputStream out = res.outputStream();
    out.write("a".repeat(50_000).getBytes(StandardCharsets.UTF_8));
    out.flush();
    throw new CloseConnectionException("cut");
  }

  static void redirect(ServerResponse res, int call) {
    res.header("Location", "/fs/elsewhere");
    res.status(Status.create(302)).send();
  }

  ScanRequest request(String location) {
    return ScanRequest.of(location, location).withConnector(null, connector.url() + "/fs");
  }

  /** Scans one file and returns its record, once its job has ended. */
  ScanResult scanned(String location) {
    return scanned(request(location));
  }

  ScanResult scanned(ScanRequest request) {
    assertThat(scannedToTheEnd(request).accepted()).isEqualTo(1);
    return results.ofJob("J", 10).getFirst();
  }

  /** Scans one file and returns the ledger of its finished job. */
  Ledger scannedToTheEnd(ScanRequest request) {
    new Intake(redis, () -> UUID.randomUUID().toString()).accept("J", List.of(request));
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 0));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jobs.find("J").map(Job::finished).orElse(false));
    Ledger ledger = jobs.find("J").orElseThrow().ledger();
    assertThat(ledger.balanced()).isTrue();
    assertThat(ledger.pending()).isZero();
    assertThat(results.recordedOf("J")).isEqualTo(ledger.accepted());
    return ledger;
  }

  @Test
  void bug_a_request_with_the_deepest_accepted_nesting_keeps_its_verdict() throws Exception {
    String deepest =
        "{\"location\":\"eicar\",\"metainfo\":\"m\",\"connector_url\":\""
            + connector.url()
            + "/fs\",\"requested_action\":{\"details\":"
            + "{\"d\":".repeat(38)
            + "1"
            + "}".repeat(40);
    Fields fields = Fields.ofBody(Json.parse(deepest.getBytes(StandardCharsets.UTF_8)));
    ScanResult result = scanned(ScanRequest.read(fields));
    assertThat(verdict(result)).isEqualTo("Malicious");
    assertThat(result.status()).isEqualTo(ScanResultStatus.ACTION_SUCCEEDED);
    assertThat(result.scanRequest()).isNotNull();
  }

  static @Nullable String verdict(ScanResult result) {
    return result.verdict() == null ? null : result.verdict().verdict();
  }

  @ParameterizedTest
  @CsvSource({
    "clean,             Benign,        scanned,      ''",
    "empty,             Benign,        scanned,      ''",
    "chunked,           Benign,        scanned,      ''",
    "http-500-once,     Benign,        scanned,      ''",
    "too-large,         Non Compliant, not scanned,  File Size Too Large",
    "chunked-too-large, Non Compliant, not scanned,  File Size Too Large",
    "json-error,        Not Scanned,   not scanned,  not found",
    "http-404,          Not Scanned,   not scanned,  File not found",
    "http-403,          Not Scanned,   not scanned,  permission denied",
    "cut,               Not Scanned,   not scanned,  cut",
    "http-500,          ,              failed,       max_retries_exceeded: connector_server",
    "http-422,          ,              failed,       max_retries_exceeded: connector_client",
    "redirect,          ,              failed,       max_retries_exceeded: connector_client",
  })
  void only_a_file_that_was_read_whole_has_a_verdict_of_the_scanner(
      String file, String verdict, String status, String reason) {
    ScanResult result = scanned(file);
    assertThat(verdict(result)).isEqualTo(verdict);
    assertThat(result.status().wire()).isEqualTo(status);
    if (!reason.isEmpty()) {
      assertThat(result.reason()).contains(reason);
      assertThat(result.sha256()).isNull();
    } else {
      assertThat(result.sha256()).hasSize(64);
    }
  }

  @Test
  void a_malicious_file_is_recorded_first_and_its_action_changes_the_same_record() {
    ScanResult result = scanned("eicar");
    assertThat(verdict(result)).isEqualTo("Malicious");
    assertThat(result.status()).isEqualTo(ScanResultStatus.ACTION_SUCCEEDED);
    assertThat(result.itemAction().message()).isEqualTo("File moved");
    assertThat(jobs.find("J").orElseThrow().ledger().malicious()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "eicar-gone, scanned,                       outcome unconfirmed",
    "eicar-500,  'action attempted, but failed', HTTP 500",
    "eicar-odd,  'action attempted, but failed', Invalid response from item_action endpoint",
  })
  void the_status_of_an_action_follows_the_answer_of_the_connector(
      String file, String status, String message) {
    ScanResult result = scanned(file);
    assertThat(verdict(result)).isEqualTo("Malicious");
    assertThat(result.status().wire()).isEqualTo(status);
    ItemActionStatus action = result.itemAction();
    assertThat(action.message()).isEqualTo(message);
    assertThat(acts.get(file)).hasValue(2);
  }

  @ParameterizedTest
  @CsvSource({"eicar-repaired, Benign", "eicar-keeps-changing, Malicious"})
  void a_file_that_changed_before_its_action_is_scanned_again_once(String file, String then) {
    Ledger ledger = scannedToTheEnd(request(file));
    assertThat(ledger.accepted()).isEqualTo(2);
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
    List<ScanResult> both = results.ofJob("J", 10).reversed();
    assertThat(both).extracting(PipelineTest::verdict).containsExactly("Malicious", then);
    assertThat(both.getFirst().status()).isEqualTo(ScanResultStatus.ACTION_FAILED);
    assertThat(both.getFirst().itemAction().description())
        .isEqualTo("scanned again as task " + both.getLast().scanRequestTaskId());
    assertThat(reads.get(file)).hasValue(2);
  }

  @ParameterizedTest
  @CsvSource({
    "BROKEN,       ,           failed",
    "NONSENSE,     ,           failed",
    "EMPTY,        ,           failed",
    "WRONG_LENGTH, ,           failed",
    "WRONG_HASH,   ,           failed",
    "NEW_VERDICT,  Suspicious, scanned",
    "NESTED,       Benign,     scanned",
  })
  void an_answer_of_a_scanner_is_a_verdict_only_if_it_matches_the_file_sent(
      Behaviour.Mode mode, String verdict, String status) {
    stages.standin().behave(new Behaviour(Duration.ZERO, mode));
    ScanResult result = scanned("clean");
    assertThat(verdict(result)).isEqualTo(verdict);
    assertThat(result.status().wire()).isEqualTo(status);
    if (mode == Behaviour.Mode.NEW_VERDICT) {
      assertThat(jobs.find("J").orElseThrow().ledger().unknown()).isEqualTo(1);
      assertThat(jobs.find("J").orElseThrow().ledger().benign()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"BUSY", "UNAUTHORIZED"})
  void a_scanner_that_is_busy_or_refuses_our_token_uses_up_no_attempt(Behaviour.Mode mode) {
    stages.standin().behave(new Behaviour(Duration.ZERO, mode));
    new Intake(redis, () -> UUID.randomUUID().toString()).accept("J", List.of(request("clean")));
    await().until(() -> reads.getOrDefault("clean", new AtomicInteger()).get() >= 1);
    stages.standin().behave(Behaviour.GOOD);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jobs.find("J").orElseThrow().ledger().benign() == 1);
  }

  @Test
  void bug_an_action_that_a_connector_could_not_do_at_that_moment_was_not_tried_again() {
    ScanResult result = scanned("eicar-busy");
    assertThat(result.status()).isEqualTo(ScanResultStatus.ACTION_SUCCEEDED);
    assertThat(acts.get("eicar-busy")).hasValue(2);
  }

  @Test
  void an_action_that_a_connector_can_never_do_ends_with_its_reason() {
    ScanResult result = scanned("eicar-locked");
    assertThat(result.status()).isEqualTo(ScanResultStatus.ACTION_FAILED);
    assertThat(result.itemAction().message()).isEqualTo("the file is in use");
    assertThat(acts.get("eicar-locked")).hasValue(2);
  }
}
