package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A REST client of the core, written from the documentation without any of its classes. */
final class Api implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private final HttpClient client;
  private final String base;

  /**
   * @param ca authority that signed the certificate of an https API; null for http
   */
  Api(String url, @Nullable DevCa ca) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5));
    this.client = (ca == null ? builder : builder.sslContext(ca.trusting())).build();
    this.base = url + "/dsx-connect/api/v1";
  }

  HttpResponse<String> send(String method, String path) throws IOException {
    return send(method, path, HttpRequest.BodyPublishers.noBody());
  }

  /** Sends JSON; fails on an answer that is not 2xx. */
  void post(String path, JsonNode body) throws IOException {
    HttpResponse<String> response =
        send("POST", path, HttpRequest.BodyPublishers.ofString(body.toString()));
    if (response.statusCode() / 100 != 2) {
      throw new IOException("POST " + path + ": " + response.statusCode() + " " + response.body());
    }
  }

  private HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofSeconds(30))
            .header("Content-Type", "application/json")
            .method(method, body)
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  JsonNode get(String path) throws IOException {
    HttpResponse<String> response = send("GET", path);
    if (response.statusCode() != 200) {
      throw new IOException("GET " + path + ": " + response.statusCode() + " " + response.body());
    }
    return JSON.readTree(response.body());
  }

  /** Waits until a connector of this name is registered; returns its UUID. */
  String connector(String name) {
    return await("connector " + name + " is registered")
        .atMost(DsxProcess.PATIENCE)
        .pollInterval(POLL_INTERVAL)
        .ignoreExceptions()
        .until(() -> uuid(name), uuid -> !uuid.isEmpty());
  }

  private String uuid(String name) throws IOException {
    for (JsonNode connector : get("/connectors/list")) {
      if (connector.path("name").asText().equals(name)) {
        return connector.path("uuid").asText();
      }
    }
    return "";
  }

  /**
   * Requests the scan of one file of the connector at this URL.
   *
   * @param job null for a job of this file alone
   */
  void scan(String connectorUrl, String location, @Nullable String job) throws IOException {
    String body =
        JSON.createObjectNode()
            .put("location", location)
            .put("metainfo", location)
            .put("connector_url", connectorUrl)
            .put("scan_job_id", job)
            .toString();
    HttpResponse<String> response =
        send("POST", "/scan/request", HttpRequest.BodyPublishers.ofString(body));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
  }

  /** Starts a full scan; returns the job's id. */
  String fullScan(String uuid) throws IOException {
    return fullScan(uuid, "");
  }

  /**
   * @param query for example {@code ?limit=10}
   */
  String fullScan(String uuid, String query) throws IOException {
    HttpResponse<String> response = send("POST", "/connectors/full_scan/" + uuid + query);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    return response.headers().firstValue("X-Job-Id").orElseThrow();
  }

  JsonNode job(String job) throws IOException {
    return get("/scan/jobs/" + job);
  }

  Ledger ledger(String job) throws IOException {
    return Ledger.of(job(job));
  }

  /** Waits until this many files of a job have their outcome. */
  void ended(String job, long files) {
    await(files + " files have ended")
        .atMost(DsxProcess.PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(() -> ledger(job).ended() >= files);
  }

  /** Waits until the connector has listed its whole asset. */
  void listed(String job) {
    await("the listing has ended")
        .atMost(DsxProcess.PATIENCE)
        .pollInterval(POLL_INTERVAL)
        .ignoreExceptions()
        .until(() -> job(job).path("enqueue_done").asText().equals("1"));
  }

  /** Waits until a job has ended, also while the API or Redis is unavailable. */
  Ledger finished(String job) {
    return await("the job has ended")
        .atMost(DsxProcess.PATIENCE)
        .pollInterval(POLL_INTERVAL)
        .ignoreExceptions()
        .until(
            () -> {
              JsonNode view = job(job);
              assertThat(view.path("finished_at").asText("")).as(view.toString()).isNotEmpty();
              return Ledger.of(view);
            },
            ledger -> true);
  }

  List<Result> results(String job) throws IOException {
    List<Result> results = new ArrayList<>();
    get("/scan/results/job/" + job).forEach(node -> results.add(Result.of(node)));
    return results;
  }

  /** Asserts that every file was accepted once and has one record and one outcome. */
  Ledger everyFileEndedOnce(String job, Collection<String> locations) throws IOException {
    Ledger ledger = filesEndedOnce(job, locations.size());
    assertThat(results(job))
        .extracting(Result::location)
        .containsExactlyInAnyOrderElementsOf(locations);
    return ledger;
  }

  /**
   * As {@link #everyFileEndedOnce}, for a listing with a limit: the number is known, not which
   * files.
   */
  Ledger filesEndedOnce(String job, int files) throws IOException {
    Ledger ledger = finished(job);
    assertThat(ledger.accepted()).as("accepted: " + ledger).isEqualTo(files);
    assertThat(ledger.ended()).as("sum of outcomes: " + ledger).isEqualTo(ledger.accepted());
    assertThat(ledger.pending()).isZero();
    assertThat(ledger.balanced()).isTrue();
    List<Result> results = results(job);
    assertThat(results).extracting(Result::task).doesNotHaveDuplicates();
    assertThat(results).extracting(Result::id).doesNotHaveDuplicates();
    assertThat(results).hasSize(files).extracting(Result::location).doesNotHaveDuplicates();
    return ledger;
  }

  /** Receives the server-sent events of results; returns when the stream is open. */
  Events events() {
    Events events = new Events(client, base + "/subscribe/scan-result");
    await("the stream of events is open")
        .atMost(DsxProcess.PATIENCE)
        .pollInterval(POLL_INTERVAL)
        .until(
            () -> events.all().stream().anyMatch(e -> e.path("type").asText().equals("connected")));
    return events;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
