package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.http.Bodies;
import io.dsxconnect.http.HttpServer;
import io.dsxconnect.http.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes scan requests in, one or many at a time. What is answered 202 is queued and counted. */
public final class ScanResource implements Api.Resource {
  private static final int SINGLE = 1 << 20;
  private static final int BATCH = 16 << 20;

  private final Intake intake;
  private final Supplier<String> ids;
  private final int batchMax;

  public ScanResource(Intake intake, Supplier<String> ids, int batchMax) {
    this.intake = intake;
    this.ids = ids;
    this.batchMax = batchMax;
  }

  @Override
  public void routes(HttpRouting.Builder routing, String prefix) {
    routing.post(prefix + Routes.SCAN_REQUEST, (req, res) -> one(req, res, prefix));
    routing.post(prefix + Routes.SCAN_REQUEST_BATCH, this::many);
  }

  private void one(ServerRequest req, ServerResponse res, String prefix) throws InvalidInput {
    Fields fields = Fields.ofBody(Bodies.json(req, SINGLE));
    ScanRequest request = ScanRequest.read(fields);
    fields.check();
    requireReader(List.of(request), false);
    String key = header(req, "Idempotency-Key");
    String job = jobOf(request, key, 0);
    switch (intake.accept(job, List.of(request), header(req, "X-Job-Name"), key)) {
      case Intake.Answer.Accepted accepted -> {
        String task = accepted.tasks().getFirst();
        res.header("Location", prefix + Routes.SCAN_REQUEST + "/" + task);
        HttpServer.send(
            res,
            202,
            StatusResponse.success(
                "Scan task ID: " + task, "Scan task queued for connector: " + request.readerUrl()));
      }
      case Intake.Answer.Paused paused -> throw held(job);
      case Intake.Answer.Cancelled cancelled -> throw held(job);
    }
  }

  private static Refusal held(String job) {
    return Refusal.withBody(
        409, StatusResponse.error("Job paused/cancelled", "scan_job_id=" + job));
  }

  /** A request without a job gets one of its own; a repeat of the request gets the same again. */
  private String jobOf(ScanRequest request, @Nullable String idempotencyKey, int position) {
    String job = request.scanJobId();
    if (job != null && !job.isBlank()) {
      return job;
    }
    return idempotencyKey == null
        ? ids.get()
        : UUID.nameUUIDFromBytes((idempotencyKey + ":" + position).getBytes(StandardCharsets.UTF_8))
            .toString();
  }

  private void many(ServerRequest req, ServerResponse res) throws InvalidInput {
    JsonNode body = Bodies.json(req, BATCH);
    Fields fields = Fields.ofBody(body);
    List<ScanRequest> requests = new ArrayList<>();
    for (Fields item : fields.requiredList("requests")) {
      requests.add(ScanRequest.read(item));
    }
    Long asked = fields.nullableCount("batch_size", 1);
    fields.check();
    int batchSize = (int) Math.min(asked == null ? 10 : asked, batchMax);
    if (requests.isEmpty()) {
      throw Refusal.withBody(
          422,
          batch(
              "error",
              "No requests provided",
              "requests must contain at least one scan request",
              List.of(),
              batchSize));
    }
    requireReader(requests, true);

    // One hand-over a job and connector; a batch of the original's connectors has just one of each.
    Map<List<Object>, List<ScanRequest>> groups = new LinkedHashMap<>();
    String key = header(req, "Idempotency-Key");
    for (ScanRequest request : requests) {
      String job = jobOf(request, key, groups.size());
      groups.computeIfAbsent(List.of(job, Origin.of(request)), k -> new ArrayList<>()).add(request);
    }
    List<String> tasks = new ArrayList<>();
    int refused = 0;
    for (Map.Entry<List<Object>, List<ScanRequest>> group : groups.entrySet()) {
      String job = (String) group.getKey().getFirst();
      switch (intake.accept(job, group.getValue(), header(req, "X-Job-Name"), key)) {
        case Intake.Answer.Accepted accepted -> tasks.addAll(accepted.tasks());
        case Intake.Answer.Paused paused -> refused += group.getValue().size();
        case Intake.Answer.Cancelled cancelled -> refused += group.getValue().size();
      }
    }
    if (tasks.isEmpty()) {
      throw Refusal.withBody(
          409, batch("error", "Job paused/cancelled", "nothing was queued", List.of(), batchSize));
    }
    HttpServer.send(
        res,
        202,
        batch(
            "success",
            "Queued " + tasks.size() + " scan requests in " + groups.size() + " batch task(s)",
            refused == 0
                ? "Batch scan tasks queued"
                : refused + " requests were refused: their jobs are paused or cancelled",
            tasks,
            batchSize));
  }

  private static Map<String, Object> batch(
      String status, String message, String description, List<String> tasks, int batchSize) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("status", status);
    body.put("message", message);
    body.put("description", description);
    body.put("task_ids", tasks);
    body.put("queued_items", tasks.size());
    body.put("batch_size", batchSize);
    return body;
  }

  /** A request that nobody could read is refused at the door. */
  private static void requireReader(List<ScanRequest> requests, boolean inBatch)
      throws InvalidInput {
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      if (requests.get(i).readerUrl() == null) {
        List<Object> loc = inBatch ? List.of("body", "requests", i) : List.of("body");
        problems.add(
            new Problem(
                "value_error",
                loc,
                "Value error, connector or connector_url is needed to read the file",
                JsonNodeFactory.instance.textNode(requests.get(i).location()),
                null));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
  }

  private static @Nullable String header(ServerRequest req, String name) {
    return req.headers()
        .value(HeaderNames.create(name))
        .filter(value -> !value.isBlank() && value.length() <= 200)
        .orElse(null);
  }
}
