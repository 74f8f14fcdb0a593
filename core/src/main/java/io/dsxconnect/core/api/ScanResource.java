package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.JsonList;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.job.ApiPresence;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Accepts single scan requests. A request answered 202 is queued and counted. Thread-safe. */
public final class ScanResource implements RouteTable.Resource {
  private static final int MAX_BODY_BYTES = 1 << 20;

  private final Intake intake;
  private final Results results;
  private final Supplier<String> ids;
  private final Jobs jobs;
  private final ApiPresence presence;

  /**
   * @param ids creates the ids of jobs that requests do not name
   */
  public ScanResource(
      Intake intake, Results results, Jobs jobs, ApiPresence presence, Supplier<String> ids) {
    this.presence = presence;
    this.intake = intake;
    this.results = results;
    this.jobs = jobs;
    this.ids = ids;
  }

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
                "Accept the scan request of one file; a repeat with its Idempotency-Key has no"
                    + " effect")
            .body(ScanRequest.class, MAX_BODY_BYTES)
            .answers(
                202, "Queued and counted; Location is the path of the task", StatusResponse.class)
            .answers(
                409,
                "The job is paused or cancelled; the request was not accepted",
                StatusResponse.class)
            .to(this::acceptOne),
        Route.post("/scan/auth_check", Access.CONNECTOR, "Check the caller's signature")
            .answers(200, "Accepted, or authentication is off", StatusResponse.class)
            .to(call -> call.answer(200, StatusResponse.success("auth_ok", "HMAC verified"))),
        Route.get(
                Routes.SCAN_REQUEST + "/{task_id}",
                Access.VIEWER,
                "Get the state of a scan request")
            .with(Param.pathText("task_id", "Id in the answer to the scan request"))
            .answers(200, "PENDING until there is a result, and for an unknown id", TaskState.class)
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

  private void acceptOne(Call call) throws InvalidInput {
    byte[] body = call.jsonBytes();
    ScanRequest request;
    try {
      JsonNode json = Json.parse(body);
      if (json.isNull()) {
        throw InvalidInput.missingBody();
      }
      request = ScanRequests.read(json, List.of("body"));
    } catch (InvalidInput e) {
      // The connector may ignore this answer, so the job must show that a file was not accepted.
      String job = JsonList.textIn(body, "scan_job_id");
      if (job != null && JobIds.isValid(job)) {
        jobs.refused(job, 1, RefusedItem.reason(e));
      }
      throw e;
    }
    String key = call.header("Idempotency-Key");
    String job = ScanRequests.jobOf(request, key, 0, ids);
    Intake.Answer answer;
    try {
      answer = intake.accept(job, List.of(request), call.truncatedHeader("X-Job-Name"), key);
    } catch (RedisUnavailableException e) {
      if (key == null) {
        presence.refused(job);
      }
      throw e;
    }
    switch (answer) {
      case Intake.Answer.Accepted accepted -> {
        String task = accepted.tasks().getFirst();
        call.setHeader("Location", Routes.API + Routes.SCAN_REQUEST + "/" + task);
        call.answer(
            202,
            StatusResponse.success(
                "Scan task ID: " + task, "Scan task queued for connector: " + request.readerUrl()));
      }
      case Intake.Answer.KeyReused reused -> throw ScanRequests.keyReused();
      case Intake.Answer.Paused paused -> throw held(job);
      case Intake.Answer.Cancelled cancelled -> throw held(job);
    }
  }

  private static Refusal held(String job) {
    return Refusal.withBody(
        409, StatusResponse.error("Job paused/cancelled", "scan_job_id=" + job));
  }
}
