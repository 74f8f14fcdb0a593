package io.dsxconnect.core.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.RawConnector;
import io.dsxconnect.core.RunningStages;
import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.Redis;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A connector's answer that is not the whole file never counts as clean. */
class WholeFileTest {
  static final String CLEAN = "A".repeat(500);
  static final String BINARY = "Content-Type: application/octet-stream\r\n";
  static final String ERROR = "{\"status\":\"error\",\"message\":\"File not found\"}";

  static TestRedis server;
  static Redis redis;
  static RunningStages stages;
  static RawConnector connector;

  @BeforeAll
  static void start() {
    server = new TestRedis();
    redis = server.connect();
    stages = new RunningStages(server);
    connector = new RawConnector(WholeFileTest::answer);
  }

  @AfterAll
  static void stop() {
    connector.close();
    stages.close();
    redis.close();
    server.close();
  }

  /** The connector's raw HTTP answer per file name; other names are whole, clean files. */
  static String answer(String name) {
    return switch (name) {
      case "206" ->
          "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-499/1000\r\n"
              + BINARY
              + length(CLEAN);
      case "203" -> "HTTP/1.1 203 Non-Authoritative Information\r\n" + BINARY + length(CLEAN);
      case "204" -> "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
      case "202" -> "HTTP/1.1 202 Accepted\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
      case "closed" -> ok(BINARY + "\r\n" + CLEAN);
      case "http-1.0" -> "HTTP/1.0 200 OK\r\n" + BINARY + "\r\n" + CLEAN;
      case "gzip" -> ok(BINARY + "Content-Encoding: gzip\r\n" + length(CLEAN));
      case "login", "page.html" -> ok("Content-Type: text/html\r\n" + length("<html>Log in"));
      case "error-untyped" -> ok(length(ERROR));
      case "error-text-json" -> ok("Content-Type: text/json\r\n" + length(ERROR));
      case "error-vendor-json" -> ok("Content-Type: model/x+json\r\n" + length(ERROR));
      case "error-chunked" -> ok(chunked(ERROR));
      case "two-lengths" -> ok(BINARY + "Content-Length: 10\r\n" + length(CLEAN));
      case "cut-chunks" -> ok(BINARY + "Transfer-Encoding: chunked\r\n\r\n1f4\r\n" + CLEAN);
      case "cut" -> ok(BINARY + "Content-Length: 1000\r\n\r\n" + CLEAN);
      case "changing" ->
          "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nX-File-Changed: true\r\n"
              + "Content-Type: application/json\r\n"
              + length("{\"status\":\"error\",\"message\":\"the file changed\"}");
      case "range" -> ok(BINARY + "Content-Range: bytes 0-499/4800\r\n" + length(CLEAN));
      case "range-unknown" -> ok(BINARY + "Content-Range: bytes 0-499/*\r\n" + length(CLEAN));
      case "range-whole" -> ok(BINARY + "Content-Range: bytes 0-499/500\r\n" + length(CLEAN));
      case "changed" -> ok(BINARY + "X-File-Changed: true\r\n" + length(CLEAN));
      case "cut-untyped" -> ok("Content-Length: 1000\r\n\r\n" + CLEAN);
      case "chunked" -> ok(BINARY + chunked(CLEAN));
      case "chunked-eicar" -> ok(BINARY + chunked(PipelineTest.EICAR));
      case "untyped" -> ok(length(CLEAN));
      case "untyped-json" -> ok(length("{\"message\":\"a file of JSON\"}"));
      case "untyped-long" -> ok(length(ERROR.replace("not found", "x".repeat(100_000))));
      case "identity" -> ok(BINARY + "Content-Encoding: identity\r\n" + length(CLEAN));
      default -> RawConnector.file(CLEAN);
    };
  }

  static String ok(String rest) {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\n" + rest;
  }

  static String length(String body) {
    return "Content-Length: " + body.length() + "\r\n\r\n" + body;
  }

  static String chunked(String body) {
    return "Transfer-Encoding: chunked\r\n\r\n"
        + Integer.toHexString(body.length())
        + "\r\n"
        + body
        + "\r\n0\r\n\r\n";
  }

  /** Scans one file and returns its record, once its job has ended. */
  static ScanResult scanned(String location, @Nullable Long listedSize) {
    return scanned(location, listedSize, connector.url());
  }

  static ScanResult scanned(String location, @Nullable Long listedSize, String url) {
    String job = UUID.randomUUID().toString();
    ScanRequest request =
        ScanRequest.of(location, location).withConnector(null, url).withSize(listedSize);
    new Intake(redis, () -> UUID.randomUUID().toString()).accept(job, List.of(request));
    Jobs jobs = new Jobs(redis);
    jobs.enqueueDone(job, new Jobs.Listed(1, 0, 0));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jobs.find(job).map(Job::finished).orElse(false));
    return new Results(redis).ofJob(job, 10).getFirst();
  }

  static @Nullable String verdict(ScanResult result) {
    return result.verdict() == null ? null : result.verdict().verdict();
  }

  @ParameterizedTest
  @CsvSource({
    "206,               HTTP 206",
    "203,               HTTP 203",
    "204,               HTTP 204",
    "202,               HTTP 202",
    "closed,            ends with its connection",
    "http-1.0,          ends with its connection",
    "gzip,              gzip",
    "login,             text/html",
    "error-untyped,     File not found",
    "error-text-json,   File not found",
    "error-vendor-json, File not found",
    "error-chunked,     File not found",
    "cut-chunks,        cut",
    "cut,               cut",
    "cut-untyped,       cut",
    "range,             a part of the file",
    "range-unknown,     a part of the file",
    "changed,           the file changed",
  })
  void bug_an_answer_that_is_not_the_whole_file_is_not_scanned_and_has_a_reason(
      String file, String reason) {
    ScanResult result = scanned(file, null);
    assertThat(verdict(result)).isEqualTo("Not Scanned");
    assertThat(result.status()).isEqualTo(ScanResultStatus.NOT_SCANNED);
    assertThat(result.reason()).contains(reason);
    assertThat(result.sha256()).isNull();
  }

  @Test
  void an_answer_with_two_lengths_ends_as_failed() {
    assertThat(scanned("two-lengths", null).status()).isEqualTo(ScanResultStatus.FAILED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "whole",
        "chunked",
        "identity",
        "range-whole",
        "untyped",
        "untyped-json",
        "untyped-long",
        "page.html"
      })
  void a_whole_file_is_scanned_however_it_is_framed(String file) {
    ScanResult result = scanned(file, null);
    assertThat(verdict(result)).isEqualTo("Benign");
    assertThat(result.sha256()).hasSize(64);
  }

  @Test
  void bug_a_chunked_file_shorter_than_listed_is_read_again_and_then_not_scanned() {
    int before = reads("chunked");
    ScanResult result = scanned("chunked", 1000L);
    assertThat(verdict(result)).isEqualTo("Not Scanned");
    assertThat(result.reason()).contains("1000 bytes", "500 came");
    assertThat(reads("chunked")).isEqualTo(before + 2);
  }

  static int reads(String file) {
    return (int) connector.asked.stream().filter(file::equals).count();
  }

  @Test
  void a_malicious_file_is_malicious_whatever_size_was_listed() {
    assertThat(verdict(scanned("chunked-eicar", 1000L))).isEqualTo("Malicious");
  }

  @ParameterizedTest
  @CsvSource({"whole, 1000", "chunked, 500"})
  void a_length_in_the_answer_wins_over_the_one_of_the_listing(String file, long listed) {
    assertThat(verdict(scanned(file, listed))).isEqualTo("Benign");
  }

  @Test
  void bug_a_connector_at_an_address_that_is_never_called_does_not_keep_its_files_waiting() {
    ScanResult result = scanned("whole", null, "http://169.254.169.254/latest");
    assertThat(verdict(result)).isEqualTo("Not Scanned");
    assertThat(result.reason()).contains("169.254.169.254", "refused");
  }

  @Test
  void bug_a_small_file_that_keeps_changing_is_read_again_and_then_not_scanned() {
    ScanResult result = scanned("changing", null);
    assertThat(verdict(result)).isEqualTo("Not Scanned");
    assertThat(result.reason()).contains("the file changed");
    assertThat(reads("changing")).isEqualTo(2);
  }
}
