package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.http.server.JsonAnswer;
import io.dsxconnect.testing.Ports;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A core with the routes that connectors call, which can be set to fail. Its state survives {@link
 * #stop} and {@link #start}, as that of a real core does.
 */
final class FakeCore implements AutoCloseable {
  /** The response to one request with files; by default they are accepted. */
  enum Answer {
    UNAVAILABLE,
    /** Accepts the files, but responds with 504. */
    ACCEPTED_WITHOUT_RESPONSE,
    /** The original's response when it queued nothing. */
    QUEUED_NOTHING,
    REFUSED
  }

  final int port;
  final Queue answers = new Queue();
  final List<JsonNode> registrations = Collections.synchronizedList(new ArrayList<>());
  final List<String> enrollments = Collections.synchronizedList(new ArrayList<>());
  final List<String> unregistered = Collections.synchronizedList(new ArrayList<>());
  final List<String> accepted = Collections.synchronizedList(new ArrayList<>());
  final List<Integer> batchSizes = Collections.synchronizedList(new ArrayList<>());
  final List<JsonNode> ends = Collections.synchronizedList(new ArrayList<>());
  final AtomicLong calls = new AtomicLong();
  final AtomicLong endCalls = new AtomicLong();
  final AtomicLong acceptedCount = new AtomicLong();
  private final Map<String, Integer> keys = Collections.synchronizedMap(new HashMap<>());

  volatile boolean batches = true;
  volatile boolean announcesBatches = true;
  volatile int maxBatchFiles = 100;
  volatile boolean paused;
  volatile boolean cancelled;

  /** The status of the response to the end of a listing; 0 accepts it. */
  volatile int endStatus;

  volatile String refusedFile = "";

  /** A location to refuse in {@code refused_items} of an otherwise accepted batch. */
  volatile String refusedItem = "";

  /** Whether to store accepted locations; off for listings too long to store. */
  volatile boolean keepsNames = true;

  private @Nullable HttpServer server;

  /** The next responses, in order. */
  static final class Queue {
    private final ConcurrentLinkedQueue<Answer> next = new ConcurrentLinkedQueue<>();

    void add(Answer answer, int times) {
      for (int i = 0; i < times; i++) {
        next.add(answer);
      }
    }

    boolean isEmpty() {
      return next.isEmpty();
    }
  }

  private FakeCore(int port) {
    this.port = port;
  }

  static FakeCore stopped() {
    return new FakeCore(Ports.free());
  }

  static FakeCore running() {
    FakeCore core = stopped();
    core.start();
    return core;
  }

  void start() {
    server = HttpServer.start("127.0.0.1", port, this::routes);
  }

  void stop() {
    HttpServer running = server;
    if (running != null) {
      running.close();
      server = null;
    }
  }

  Target target() {
    return Target.parse("http://127.0.0.1:" + port).orElseThrow();
  }

  private void routes(HttpRouting.Builder routing) {
    String api = Routes.API;
    routing.get(
        api + "/test/connection",
        (req, res) -> JsonAnswer.send(res, 200, Map.of("status", "success", "message", "ok")));
    routing.get(
        api + Routes.CONFIG,
        (req, res) ->
            JsonAnswer.send(
                res,
                200,
                Map.of(
                    "workers",
                    Map.of(
                        "scan_request_batch_enabled",
                        batches && announcesBatches,
                        "scan_request_batch_max_size",
                        maxBatchFiles))));
    routing.post(api + Routes.REGISTER, this::register);
    routing.delete(
        api + Routes.UNREGISTER + "/{uuid}",
        (req, res) -> {
          unregistered.add(segment(req, 0));
          res.status(204).send();
        });
    routing.get(
        api + Routes.JOBS + "/{job}/raw",
        (req, res) ->
            JsonAnswer.send(
                res,
                200,
                Map.of(
                    "data",
                    Map.of("paused", paused ? "1" : "0", "cancel", cancelled ? "1" : "0"))));
    routing.post(api + Routes.JOBS + "/{job}/enqueue_done", this::endListing);
    routing.post(api + Routes.SCAN_REQUEST, (req, res) -> accept(req, res, false));
    routing.post(api + Routes.SCAN_REQUEST_BATCH, (req, res) -> accept(req, res, true));
  }

  private void register(ServerRequest req, ServerResponse res) throws InvalidInput {
    req.headers().value(HeaderNames.create("X-Enrollment-Token")).ifPresent(enrollments::add);
    registrations.add(Json.parse(Bodies.read(req, 1 << 20)));
    JsonAnswer.send(res, 201, Map.of("status", "success", "message", "registered"));
  }

  private void endListing(ServerRequest req, ServerResponse res) throws InvalidInput {
    endCalls.incrementAndGet();
    if (endStatus != 0) {
      JsonAnswer.send(res, endStatus, Map.of());
      return;
    }
    Map<String, Object> end = new HashMap<>();
    end.put("job", segment(req, 1));
    end.put("listed", Json.parse(Bodies.read(req, 1 << 20)));
    ends.add(Json.tree(end));
    JsonAnswer.send(res, 200, Map.of("ok", true));
  }

  /** A segment of the path, counted from its end. */
  private static String segment(ServerRequest req, int fromEnd) {
    String[] parts = req.path().path().split("/");
    return parts[parts.length - 1 - fromEnd];
  }

  private void accept(ServerRequest req, ServerResponse res, boolean batch) throws InvalidInput {
    calls.incrementAndGet();
    JsonNode body = Json.parse(Bodies.read(req, 16 << 20));
    List<String> files = new ArrayList<>();
    if (batch) {
      body.path("requests").forEach(file -> files.add(file.path("location").asText()));
    } else {
      files.add(body.path("location").asText());
    }
    Answer answer = answers.next.poll();
    if (answer == Answer.UNAVAILABLE) {
      JsonAnswer.send(res, 503, Map.of("status", "error", "message", "Task broker unavailable"));
    } else if (answer == Answer.REFUSED || files.contains(refusedFile)) {
      JsonAnswer.send(res, 422, Map.of("detail", List.of()));
    } else if (answer == Answer.QUEUED_NOTHING || (batch && !batches)) {
      JsonAnswer.send(
          res, 202, Map.of("status", "error", "message", "disabled", "queued_items", 0));
    } else if (paused || cancelled) {
      JsonAnswer.send(res, 409, Map.of("status", "error", "message", "Job paused/cancelled"));
    } else {
      String key =
          Objects.requireNonNull(req.headers().get(HeaderNames.create("Idempotency-Key"))).get();
      if (keys.putIfAbsent(key, files.hashCode()) == null) {
        batchSizes.add(files.size());
        acceptedCount.addAndGet(files.size());
        if (keepsNames) {
          accepted.addAll(files);
          accepted.remove(refusedItem);
        }
      } else if (!Objects.equals(keys.get(key), files.hashCode())) {
        throw new IllegalStateException("one key for different files");
      }
      int bad = files.indexOf(refusedItem);
      JsonAnswer.send(
          res,
          answer == Answer.ACCEPTED_WITHOUT_RESPONSE ? 504 : 202,
          Map.of(
              "status",
              "success",
              "message",
              "queued",
              "queued_items",
              files.size() - (bad < 0 ? 0 : 1),
              "refused_items",
              bad < 0 ? List.of() : List.of(Map.of("index", bad, "reason", "too long"))));
    }
  }

  @Override
  public void close() {
    stop();
  }
}
