package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Bodies;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core's API as connectors use it. Each call blocks and is tried once; the caller decides about
 * retries. A call ends after 20 seconds at most without data from the core. Thread-safe.
 */
public final class CoreClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CoreClient.class);

  /** One per batch that a scan may have in flight (64 at most), and 16 for other calls. */
  private static final int CONNECTIONS = 80;

  /** The core ignores further entries of {@code listing_jobs}. */
  private static final int MAX_LISTING_JOBS = 100;

  private final CloseableHttpClient client;
  private final Target api;
  private final @Nullable String enrollment;

  /**
   * Creates a client; connects at the first call.
   *
   * @param core the core's URL, without the API's path
   * @param enrollment the token for the registration; null sends none. It is sent over HTTPS or to
   *     a loopback address only
   * @param settings TLS and proxy options
   * @throws io.dsxconnect.settings.StartFailure when the TLS files of {@code settings} cannot be
   *     used
   */
  public CoreClient(Target core, @Nullable String enrollment, ClientSettings settings) {
    this.client =
        HttpClients.client(Duration.ofSeconds(3), Duration.ofSeconds(20), CONNECTIONS, settings);
    this.api = core.child(Routes.API);
    this.enrollment = mayCarrySecrets(core) ? enrollment : null;
    if (enrollment != null && this.enrollment == null) {
      log.warn(
          "the enrollment token is not sent to {}, because the connection is not encrypted; use"
              + " https",
          core);
    }
  }

  /** Returns whether the connection is encrypted or stays on this machine. */
  static boolean mayCarrySecrets(Target core) {
    return core.scheme().equals("https") || core.isLoopback();
  }

  /**
   * The batches that the core accepts.
   *
   * @param enabled whether it accepts batches at all; else files go one by one
   * @param size files per batch at most, 1 to 1,000
   */
  public record BatchCaps(boolean enabled, int size) {}

  /** The outcome of a call that sends something to the core. */
  public sealed interface SendResult {
    /**
     * The core accepted it.
     *
     * @param refused the reasons of the files that the core refused, by their index in the batch,
     *     from 0; empty when it accepted all
     */
    record Accepted(Map<Integer, String> refused) implements SendResult {}

    /** Not accepted, because the job is paused or cancelled. */
    record Held() implements SendResult {}

    /**
     * Not accepted now, because the core is unavailable or full. A later attempt may succeed.
     *
     * @param reason for the log
     * @param nothingAccepted true when the core certainly accepted nothing; false when its response
     *     may have been lost
     */
    record Unavailable(String reason, boolean nothingAccepted) implements SendResult {}

    /**
     * The core, or a proxy before it, refused the request.
     *
     * @param reason for the log and the job
     * @param status the HTTP status, 3xx or 4xx; 422 is the core's final refusal
     */
    record Refused(String reason, int status) implements SendResult {}
  }

  /**
   * The state of a job.
   *
   * @param paused whether an operator paused it
   * @param cancelled whether it was cancelled
   */
  public record JobState(boolean paused, boolean cancelled) {}

  /**
   * Registers the connector, or renews its registration.
   *
   * @param connector the description of the connector
   * @param listing ids of the jobs that are listed now; the first 100 are sent. The core ends a
   *     listing that is not reported
   * @throws IOException when the core does not answer, or not with a 2xx status
   */
  public void register(ConnectorInstance connector, List<String> listing) throws IOException {
    ObjectNode body = (ObjectNode) Json.tree(connector);
    if (!listing.isEmpty()) {
      ArrayNode jobs = body.putArray("listing_jobs");
      listing.stream().limit(MAX_LISTING_JOBS).forEach(jobs::add);
    }
    ClassicRequestBuilder request = request("POST", Routes.REGISTER, body);
    if (enrollment != null) {
      request.setHeader("X-Enrollment-Token", enrollment);
    }
    Response response = execute(request);
    if (response.status / 100 != 2) {
      throw new IOException("the core refused the registration with HTTP " + response.status);
    }
  }

  /**
   * Removes the connector's registration.
   *
   * @param uuid the connector's UUID
   * @throws IOException when the core does not answer, or not with a 2xx status
   */
  public void unregister(String uuid) throws IOException {
    Response response = execute(request("DELETE", Routes.UNREGISTER + "/" + uuid, null));
    if (response.status / 100 != 2) {
      throw new IOException("the core answers with HTTP " + response.status);
    }
  }

  /**
   * Returns whether the core answers now.
   *
   * @return false also when it answers with an error status
   */
  public boolean isReachable() {
    try {
      return execute(request("GET", "/test/connection", null)).status / 100 == 2;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns the batches that the core accepts. Without this information in the response, batches
   * are off.
   *
   * @return the limits; a size outside 1 to 1,000 is clamped
   * @throws IOException when the core does not answer, or with a 5xx status
   */
  public BatchCaps batchCaps() throws IOException {
    Response response = execute(request("GET", Routes.CONFIG, null));
    if (response.status >= 500) {
      throw new IOException("the core answers with HTTP " + response.status);
    }
    JsonNode workers = response.json().path("workers");
    return new BatchCaps(
        workers.path("scan_request_batch_enabled").asBoolean(false),
        Math.clamp(workers.path("scan_request_batch_max_size").asInt(100), 1, 1000));
  }

  /**
   * Returns whether a job is paused or cancelled.
   *
   * <p>Uses {@code peek=true}. Without it the core assumes a connector of the original, which drops
   * a file after it finds the job paused; this one sends its files later.
   *
   * @param job the job's id
   * @return the state; both flags are false for a job that the core does not know
   * @throws IOException when the core does not answer
   */
  public JobState jobState(String job) throws IOException {
    Target raw = api.child(Routes.JOBS + "/" + encoded(job) + "/raw");
    JsonNode data = execute(raw.request("GET", "peek=true")).json().path("data");
    return new JobState(
        data.path("paused").asText("").equals("1"), data.path("cancel").asText("").equals("1"));
  }

  /**
   * Sends scan requests of one job.
   *
   * @param files one file, or the files of a batch; not empty
   * @param batch whether to send all files as a batch; else only the first is sent
   * @param key the idempotency key: the core ignores a repeat with the same key
   * @return the outcome; never throws for an error of the core or the network
   */
  public SendResult send(List<ScanRequest> files, boolean batch, String key) {
    Object body;
    if (batch) {
      Map<String, Object> many = new LinkedHashMap<>();
      many.put("requests", files);
      many.put("batch_size", files.size());
      body = many;
    } else {
      body = files.getFirst();
    }
    ClassicRequestBuilder request =
        request("POST", batch ? Routes.SCAN_REQUEST_BATCH : Routes.SCAN_REQUEST, body)
            .setHeader("Idempotency-Key", key);
    return post(
        request,
        reply ->
            // The original answers 202 also when it queued nothing.
            reply.path("status").asText("success").equals("success")
                && (!batch
                    || reply.path("queued_items").asInt(0) + reply.path("refused_items").size()
                        == files.size()));
  }

  /**
   * Reports the end of a job's listing.
   *
   * @param job the job's id
   * @param listed the body of {@code enqueue_done}: counts and samples, see {@code docs/wire.md}
   * @return the outcome; never throws for an error of the core or the network
   */
  public SendResult enqueueDone(String job, JsonNode listed) {
    return post(
        request("POST", Routes.JOBS + "/" + encoded(job) + "/enqueue_done", listed), reply -> true);
  }

  private SendResult post(ClassicRequestBuilder request, Predicate<JsonNode> isAccepted) {
    Response response;
    try {
      response = execute(request);
    } catch (IOException e) {
      return new SendResult.Unavailable("the core does not answer: " + e.getMessage(), false);
    }
    if (response.status == 409) {
      return new SendResult.Held();
    }
    if (response.status >= 500
        || response.status == 408
        || response.status == 429
        || response.status == 401) {
      return new SendResult.Unavailable("the core answers with HTTP " + response.status, false);
    }
    if (response.status / 100 != 2) {
      return new SendResult.Refused(
          "the core answers with HTTP " + response.status, response.status);
    }
    JsonNode body = response.json();
    return isAccepted.test(body)
        ? new SendResult.Accepted(refused(body))
        : new SendResult.Unavailable(
            "the core did not queue the files", body.path("queued_items").asInt(0) == 0);
  }

  private static Map<Integer, String> refused(JsonNode body) {
    Map<Integer, String> refused = new LinkedHashMap<>();
    body.path("refused_items")
        .forEach(item -> refused.put(item.path("index").asInt(-1), item.path("reason").asText("")));
    return refused;
  }

  private static String encoded(String segment) {
    return java.net.URLEncoder.encode(segment, java.nio.charset.StandardCharsets.UTF_8)
        .replace("+", "%20");
  }

  private ClassicRequestBuilder request(String method, String path, @Nullable Object body) {
    ClassicRequestBuilder request = api.child(path).request(method, "");
    if (body != null) {
      request.setEntity(new ByteArrayEntity(Json.bytes(body), ContentType.APPLICATION_JSON));
    }
    return request;
  }

  private Response execute(ClassicRequestBuilder request) throws IOException {
    try {
      return client.execute(
          api.httpHost(),
          request.build(),
          response ->
              new Response(
                  response.getCode(),
                  response.getEntity() == null
                      ? new byte[0]
                      : Bodies.read(response.getEntity().getContent(), 1 << 20)));
    } catch (IllegalStateException e) {
      // Thrown when the client was closed meanwhile.
      throw new IOException("the connector is stopping", e);
    }
  }

  private static final class Response {
    final int status;
    final byte[] body;

    Response(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    JsonNode json() {
      try {
        return Json.parse(body);
      } catch (InvalidInput e) {
        return Json.object();
      }
    }
  }

  /** Closes the client and aborts its calls. */
  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }
}
