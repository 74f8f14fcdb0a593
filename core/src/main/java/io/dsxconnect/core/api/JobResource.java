package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.event.JobSnapshot;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobQuery;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and controls jobs. Thread-safe. See docs/wire.md, "Job fields". */
public final class JobResource implements RouteTable.Resource {
  private static final Param JOB = Param.pathText("job_id", "Id of the job");

  private final Jobs jobs;
  private final Events events;
  private final InstantSource clock;

  public JobResource(Jobs jobs, Events events, InstantSource clock) {
    this.jobs = jobs;
    this.events = events;
    this.clock = clock;
  }

  record Ok(boolean ok) {}

  record Raw(String key, long ttl, Map<String, String> data) {}

  record Deleted(String status, long deletedJobs) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.JOBS, Access.VIEWER, "List jobs, newest first")
            .with(
                Param.whole("limit", 1, 10_000, 1000L, "Maximum number of jobs"),
                Param.text("cursor", "Id of the last job of the previous page"),
                Param.oneOf("order", List.of("asc", "desc"), "desc", "Order by start time"),
                Param.text("connector", "UUID of the connector"),
                Param.oneOf(
                    "status",
                    List.of(
                        "running",
                        "paused",
                        "cancelled",
                        "completed",
                        "incomplete",
                        JobQuery.Filter.ACTIVE),
                    null,
                    "Status of the jobs; active for running and paused ones"),
                Param.text("text", "Part of the id or of the name"),
                Param.time("since", "Earliest start time, inclusive"),
                Param.time("until", "Latest start time, exclusive"))
            .answers(
                200, "The jobs; X-Next-Cursor is set when there may be more", JobView.Model[].class)
            .answers(422, "cursor_is_gone: the job of the cursor is no longer kept")
            .to(this::list),
        Route.delete(Routes.JOBS, Access.ADMIN, "Delete finished jobs; active ones stay")
            .answers(200, "The number of deleted jobs", Deleted.class)
            .to(this::deleteFinished),
        Route.get(Routes.JOBS + "/{job_id}", Access.VIEWER, "Get one job, with its ledger")
            .with(JOB)
            .answers(200, "The job", JobView.Model.class)
            .answers(404, "job_not_found")
            .to(call -> call.answer(200, JobView.of(find(call), clock))),
        Route.get(
                Routes.JOBS + "/{job_id}/raw",
                Access.OPEN,
                "Get the job's hash, which connectors read before they send files")
            .acts()
            .with(
                JOB,
                Param.flag(
                    "peek",
                    "Do not count this read. Otherwise each read by an original's connector while"
                        + " the job is paused counts as a file that it leaves out"))
            .answers(200, "The hash; ttl -2 and no data when there is no such job", Raw.class)
            .to(this::raw),
        Route.post(
                Routes.JOBS + "/{job_id}/enqueue_done",
                Access.CONNECTOR,
                "Report that the connector has listed everything")
            .with(JOB)
            .body(ListingEnd.Model.class)
            .answers(200, "Recorded", Ok.class)
            .to(this::enqueueDone),
        control(Jobs.Verb.PAUSE, "Pause a job: accept and scan no more of its files"),
        control(Jobs.Verb.RESUME, "Resume a paused job"),
        control(
            Jobs.Verb.CANCEL,
            "Cancel a job: its waiting files are given up, files in work are completed"));
  }

  private Route control(Jobs.Verb verb, String summary) {
    String word = verb.name().toLowerCase(java.util.Locale.ROOT);
    return Route.post(Routes.JOBS + "/{job_id}/" + word, Access.OPERATOR, summary)
        .with(JOB)
        .answers(200, "Done", Ok.class)
        .answers(404, "job_not_found")
        .answers(409, "job_finished")
        .to(call -> steer(call, verb));
  }

  private Job find(Call call) {
    return jobs.find(call.text("job_id")).orElseThrow(() -> Refusal.of(404, "job_not_found"));
  }

  /** A parameter that would select some of the jobs has no effect here, so it is refused. */
  private void deleteFinished(Call call) throws InvalidInput {
    call.requireDeclaredQuery();
    call.answer(200, new Deleted("success", jobs.deleteFinished()));
  }

  private void list(Call call) {
    int limit = call.count("limit");
    String cursor = call.given("cursor").orElse(null);
    if (cursor != null && !jobs.listed(cursor)) {
      throw Refusal.of(
          422, "cursor_is_gone: that job is not kept any more; begin again without a cursor");
    }
    List<Job> found =
        jobs.find(
            new JobQuery(
                new JobQuery.Filter(
                    call.given("connector").orElse(null),
                    call.given("status").orElse(null),
                    call.given("text").orElse(null),
                    call.number("since").orElse(null),
                    call.number("until").orElse(null)),
                cursor,
                call.text("order").equals("asc")),
            limit);
    if (found.size() == limit) {
      call.setHeader("X-Next-Cursor", JobIds.header(found.getLast().id()));
    }
    call.answer(200, found.stream().map(job -> JobView.of(job, clock)).toList());
  }

  private void raw(Call call) {
    String job = call.text("job_id");
    Jobs.Raw raw = jobs.raw(job);
    if ("1".equals(raw.data().get("paused")) && !call.flag("peek") && mayBeListing(call)) {
      jobs.skippedWhilePaused(job);
    }
    Map<String, String> data = raw.data().isEmpty() ? raw.data() : JobView.raw(new Job(raw.data()));
    call.answer(200, new Raw("dsxconnect:job:" + job, raw.ttl(), data));
  }

  /**
   * Whether the caller may be an original's connector, which uses httpx or sends no User-Agent.
   * Browsers, curl and other clients identify themselves.
   */
  private static boolean mayBeListing(Call call) {
    String agent = call.truncatedHeader("User-Agent");
    return agent == null || agent.startsWith("python-httpx");
  }

  private void enqueueDone(Call call) throws InvalidInput {
    JsonNode given = call.jsonIfAny();
    JsonNode report = given == null || given.isNull() ? Json.object() : given;
    if (!report.isObject()) {
      throw InvalidInput.notADictionary(report);
    }
    jobs.enqueueDone(
        JobIds.checked(call.text("job_id"), "path", "job_id"), ListingEnd.read(report));
    call.answer(200, new Ok(true));
  }

  private void steer(Call call, Jobs.Verb verb) {
    switch (jobs.steer(call.text("job_id"), verb)) {
      case UNKNOWN -> throw Refusal.of(404, "job_not_found");
      case FINISHED -> throw Refusal.of(409, "job_finished");
      case OK -> {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", "scan_result");
        event.put("scan_result", Map.of("type", "job_status"));
        event.put("job", JobSnapshot.of(find(call), clock));
        events.publish(Json.text(event));
        call.answer(200, new Ok(true));
      }
    }
  }
}
