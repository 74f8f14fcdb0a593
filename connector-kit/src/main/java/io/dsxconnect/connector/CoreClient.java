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

/** What a connector asks of the core. Tries once; whoever calls decides whether to try again. */
public final class CoreClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(CoreClient.class);

  /** One for each batch that one scan may have under way, and some for everything else. */
  private static final int CONNECTIONS = 80;

  /** The core reads no more. */
  private static final int MOST_LISTINGS = 100;

  private final CloseableHttpClient client;
  private final Target api;
  private final @Nullable String enrollment;

  public CoreClient(Target core, @Nullable String enrollment, ClientSettings settings) {
    this.client =
        HttpClients.client(Duration.ofSeconds(3), Duration.ofSeconds(20), CONNECTIONS, settings);
    this.api = core.child(Routes.API);
    this.enrollment = mayCarrySecrets(core) ? enrollment : null;
    if (enrollment != null && this.enrollment == null) {
      log.warn(
          "the enrolment token is not sent to {}: others could read it on the way; use https",
          core);
    }
  }

  /** Whether nobody on the way can read what is sent there. */
  static boolean mayCarrySecrets(Target core) {
    return core.scheme().equals("https") || core.isLoopback();
  }

  /** How many files may go at once. */
  public record BatchCaps(boolean enabled, int size) {}

  /** What became of telling the core something. */
  public sealed interface Sent {
    /**
     * The core has it.
     *
     * @param refused places in the batch, from 0, of files that it will never take, and why
     */
    record Taken(Map<Integer, String> refused) implements Sent {}

    /** The job is paused or cancelled. */
    record Held() implements Sent {}

    /**
     * Not now: the core is away or has no room.
     *
     * @param nothingTaken whether it is certain that the core took nothing; false when its answer
     *     may have been lost
     */
    record Later(String reason, boolean nothingTaken) implements Sent {}

    /**
     * The core refuses it, or something in between does.
     *
     * @param status of HTTP; 422 is the core's own word that it will never take it
     */
    record Refused(String reason, int status) implements Sent {}
  }

  /** How a job stands, as far as a connector must know. */
  public record Standing(boolean paused, boolean cancelled) {}

  /**
   * Registers, or says that the connector is still there.
   *
   * @param listing jobs that are being listed now: the core ends those of which it hears nothing
   */
  public void register(ConnectorInstance connector, List<String> listing) throws IOException {
    ObjectNode body = (ObjectNode) Json.tree(connector);
    if (!listing.isEmpty()) {
      ArrayNode jobs = body.putArray("listing_jobs");
      listing.stream().limit(MOST_LISTINGS).forEach(jobs::add);
    }
    ClassicRequestBuilder request = request("POST", Routes.REGISTER, body);
    if (enrollment != null) {
      request.setHeader("X-Enrollment-Token", enrollment);
    }
    Answer answer = execute(request);
    if (answer.status / 100 != 2) {
      throw new IOException("the core answers registration with HTTP " + answer.status);
    }
  }

  public void unregister(String uuid) throws IOException {
    Answer answer = execute(request("DELETE", Routes.UNREGISTER + "/" + uuid, null));
    if (answer.status / 100 != 2) {
      throw new IOException("the core answers with HTTP " + answer.status);
    }
  }

  /** Whether the core answers now. */
  public boolean answers() {
    try {
      return execute(request("GET", "/test/connection", null)).status / 100 == 2;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * How many files the core takes at once; a core that does not say so takes them one by one.
   *
   * @throws IOException when it does not answer, or answers that it cannot now
   */
  public BatchCaps batchCaps() throws IOException {
    Answer answer = execute(request("GET", Routes.CONFIG, null));
    if (answer.status >= 500) {
      throw new IOException("the core answers with HTTP " + answer.status);
    }
    JsonNode workers = answer.json().path("workers");
    return new BatchCaps(
        workers.path("scan_request_batch_enabled").asBoolean(false),
        Math.clamp(workers.path("scan_request_batch_max_size").asInt(100), 1, 1000));
  }

  /** Only looks: what a connector of ours holds back while a job is paused, it sends afterwards. */
  public Standing standing(String job) throws IOException {
    Target raw = api.child(Routes.JOBS + "/" + encoded(job) + "/raw");
    JsonNode data = execute(raw.request("GET", "peek=true")).json().path("data");
    return new Standing(
        data.path("paused").asText("").equals("1"), data.path("cancel").asText("").equals("1"));
  }

  /** Sends files of one job; a repeat with the same key does nothing at a core of ours. */
  public Sent send(List<ScanRequest> files, boolean batch, String key) {
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
    return tell(
        request,
        said ->
            // The original answers 202 even when it queued nothing.
            said.path("status").asText("success").equals("success")
                && (!batch
                    || said.path("queued_items").asInt(0) + said.path("refused_items").size()
                        == files.size()));
  }

  /** Tells the core that a job's listing is over, and how it went. */
  public Sent enqueueDone(String job, JsonNode listed) {
    return tell(
        request("POST", Routes.JOBS + "/" + encoded(job) + "/enqueue_done", listed), said -> true);
  }

  private Sent tell(ClassicRequestBuilder request, Predicate<JsonNode> taken) {
    Answer answer;
    try {
      answer = execute(request);
    } catch (IOException e) {
      return new Sent.Later("the core does not answer: " + e.getMessage(), false);
    }
    if (answer.status == 409) {
      return new Sent.Held();
    }
    if (answer.status >= 500
        || answer.status == 408
        || answer.status == 429
        || answer.status == 401) {
      return new Sent.Later("the core answers with HTTP " + answer.status, false);
    }
    if (answer.status / 100 != 2) {
      return new Sent.Refused("the core answers with HTTP " + answer.status, answer.status);
    }
    JsonNode said = answer.json();
    return taken.test(said)
        ? new Sent.Taken(refused(said))
        : new Sent.Later(
            "the core did not queue what was sent", said.path("queued_items").asInt(0) == 0);
  }

  private static Map<Integer, String> refused(JsonNode said) {
    Map<Integer, String> refused = new LinkedHashMap<>();
    said.path("refused_items")
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

  private Answer execute(ClassicRequestBuilder request) throws IOException {
    try {
      return client.execute(
          api.httpHost(),
          request.build(),
          response ->
              new Answer(
                  response.getCode(),
                  response.getEntity() == null
                      ? new byte[0]
                      : Bodies.read(response.getEntity().getContent(), 1 << 20)));
    } catch (IllegalStateException e) {
      // The client's way to say that it was closed meanwhile.
      throw new IOException("the connector stops", e);
    }
  }

  private static final class Answer {
    final int status;
    final byte[] body;

    Answer(int status, byte[] body) {
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

  /** Ends calls under way, too. */
  @Override
  public void close() {
    client.close(CloseMode.IMMEDIATE);
  }
}
