package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.result.Results;
import io.dsxconnect.http.AddressPolicy;
import io.dsxconnect.http.Refusal;
import io.dsxconnect.http.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Takes scan requests in, one or many at a time. What is answered 202 is queued and counted. */
public final class ScanResource implements RouteTable.Resource {
  private static final int SINGLE = 1 << 20;
  private static final int BATCH = 16 << 20;

  /** Requests in one batch; ten times what any connector is told to send. */
  private static final int MOST_AT_ONCE = 10_000;

  private final Intake intake;
  private final Results results;
  private final Supplier<String> ids;
  private final int batchMax;

  public ScanResource(Intake intake, Results results, Supplier<String> ids, int batchMax) {
    this.intake = intake;
    this.results = results;
    this.ids = ids;
    this.batchMax = batchMax;
  }

  /** A batch of files of any jobs and connectors. */
  record Batch(List<ScanRequest> requests, long batchSize) {}

  record Batched(
      String status,
      String message,
      @Nullable String description,
      List<String> taskIds,
      long queuedItems,
      long batchSize) {}

  record TaskState(
      String taskId,
      String state,
      String status,
      @Nullable String result,
      @Nullable String error) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(
                Routes.SCAN_REQUEST,
                Access.CONNECTOR,
                "Take one file in; a repeat with the same Idempotency-Key takes nothing in")
            .body(ScanRequest.class, SINGLE)
            .answers(202, "Queued and counted; Location names the task", StatusResponse.class)
            .answers(409, "The job is paused or cancelled: nothing was taken", StatusResponse.class)
            .to(this::one),
        Route.post(
                Routes.SCAN_REQUEST_BATCH,
                Access.CONNECTOR,
                "Take up to " + MOST_AT_ONCE + " files in")
            .body(Batch.class, BATCH)
            .answers(202, "Queued and counted", Batched.class)
            .answers(409, "The jobs are paused or cancelled: nothing was taken", Batched.class)
            .to(this::many),
        Route.post(
                "/scan/auth_check", Access.CONNECTOR, "Whether the caller's signature is accepted")
            .answers(200, "It is, or authentication is off", StatusResponse.class)
            .to(call -> call.answer(200, StatusResponse.success("auth_ok", "HMAC verified"))),
        Route.get(Routes.SCAN_REQUEST + "/{task_id}", Access.VIEWER, "How a scan request stands")
            .with(Param.pathText("task_id", "what the scan request was answered with"))
            .answers(200, "PENDING until it has a result; an unknown id too", TaskState.class)
            .to(this::state));
  }

  private void state(Call call) {
    String task = call.text("task_id");
    Optional<ScanResult> result = results.ofTask(task);
    if (result.isEmpty()) {
      call.setHeader("Cache-Control", "no-store").setHeader("Retry-After", "2");
      call.answer(200, new TaskState(task, "PENDING", "success", null, null));
      return;
    }
    ScanResult record = result.get();
    call.answer(
        200,
        switch (record.outcome()) {
          case FAILED -> new TaskState(task, "FAILURE", "error", null, record.reason());
          case CANCELLED -> new TaskState(task, "SUCCESS", "success", "CANCELLED", null);
          case NON_COMPLIANT ->
              new TaskState(task, "SUCCESS", "success", "SKIPPED_FILE_TOO_LARGE", null);
          case BENIGN, MALICIOUS, UNKNOWN, UNSUPPORTED, NOT_SCANNED ->
              new TaskState(task, "SUCCESS", "success", "SUCCESS", null);
        });
  }

  private void one(Call call) throws InvalidInput {
    Fields fields = Fields.ofBody(call.json());
    ScanRequest request = ScanRequest.read(fields);
    fields.check();
    requireUsable(List.of(request), false);
    String key = call.header("Idempotency-Key");
    String job = jobOf(request, key, 0);
    switch (intake.accept(job, List.of(request), call.header("X-Job-Name"), key)) {
      case Intake.Answer.Accepted accepted -> {
        String task = accepted.tasks().getFirst();
        call.setHeader("Location", Routes.API + Routes.SCAN_REQUEST + "/" + task);
        call.answer(
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

  private void many(Call call) throws InvalidInput {
    Fields fields = Fields.ofBody(call.json());
    List<ScanRequest> requests = fields.requiredList("requests", ScanRequest::read);
    Long asked = fields.nullableCount("batch_size", 1);
    fields.check();
    requireFew(requests.size());
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
    requireUsable(requests, true);

    // One hand-over a job and connector; a batch of the original's connectors has just one of each.
    Map<List<Object>, List<ScanRequest>> groups = new LinkedHashMap<>();
    String key = call.header("Idempotency-Key");
    for (ScanRequest request : requests) {
      String job = jobOf(request, key, groups.size());
      groups.computeIfAbsent(List.of(job, Origin.of(request)), k -> new ArrayList<>()).add(request);
    }
    List<String> tasks = new ArrayList<>();
    int position = 0;
    for (Map.Entry<List<Object>, List<ScanRequest>> group : groups.entrySet()) {
      String job = (String) group.getKey().getFirst();
      String groupKey = key == null ? null : key + ":" + position++;
      if (intake.accept(job, group.getValue(), call.header("X-Job-Name"), groupKey)
          instanceof Intake.Answer.Accepted accepted) {
        tasks.addAll(accepted.tasks());
      }
    }
    int refused = requests.size() - tasks.size();
    if (tasks.isEmpty()) {
      throw Refusal.withBody(
          409, batch("error", "Job paused/cancelled", "nothing was queued", List.of(), batchSize));
    }
    call.answer(
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

  private static void requireFew(int requests) throws InvalidInput {
    if (requests > MOST_AT_ONCE) {
      throw new InvalidInput(
          List.of(
              new Problem(
                  "too_long",
                  List.of("body", "requests"),
                  "List should have at most "
                      + MOST_AT_ONCE
                      + " items after validation, not "
                      + requests,
                  null,
                  Map.of(
                      "field_type", "List",
                      "max_length", MOST_AT_ONCE,
                      "actual_length", requests))));
    }
  }

  private static Batched batch(
      String status, String message, String description, List<String> tasks, int batchSize) {
    return new Batched(status, message, description, tasks, tasks.size(), batchSize);
  }

  /**
   * A request that nobody could read, or of a job that nobody could name, is refused at the door.
   */
  private static void requireUsable(List<ScanRequest> requests, boolean inBatch)
      throws InvalidInput {
    List<Problem> problems = new ArrayList<>();
    for (int i = 0; i < requests.size(); i++) {
      ScanRequest request = requests.get(i);
      String useless = whyUseless(request.readerUrl());
      if (useless != null) {
        problems.add(
            new Problem(
                "value_error",
                place(inBatch, i),
                "Value error, " + useless,
                JsonNodeFactory.instance.textNode(request.location()),
                null));
      }
      String job = request.scanJobId();
      if (job != null && !job.isBlank() && !JobIds.isOne(job)) {
        List<Object> place = place(inBatch, i);
        place.add("scan_job_id");
        problems.add(JobIds.problem(place, job));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
  }

  private static @Nullable String whyUseless(@Nullable String url) {
    if (url == null) {
      return "connector or connector_url is needed to read the file";
    }
    return Target.parse(url).map(Target::host).filter(AddressPolicy::refuses).isPresent()
        ? "the connector's address is one that is never called"
        : null;
  }

  private static List<Object> place(boolean inBatch, int position) {
    return new ArrayList<>(
        inBatch ? List.of("body", "requests", position) : List.<Object>of("body"));
  }
}
