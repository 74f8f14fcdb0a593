package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ReportRow;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanStats;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.ResultQuery;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/** Recorded results and totals. Lists are written while they are read: any length is served. */
public final class ResultResource implements RouteTable.Resource {
  private static final Param JOB = Param.pathText("job_id", "the job");

  private final Results results;
  private final Jobs jobs;

  public ResultResource(Results results, Jobs jobs) {
    this.results = results;
    this.jobs = jobs;
  }

  record Deleted(String status, String jobId) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.RESULTS, Access.VIEWER, "Results, newest first")
            .with(
                Param.whole("limit", Long.MIN_VALUE, Long.MAX_VALUE, 200L, "how many at most"),
                Param.text("job_id", "of this job"),
                Param.whole(
                    "cursor", 0, Long.MAX_VALUE, null, "the id of the last result you have"),
                Param.oneOf("order", List.of("asc", "desc"), "desc", "by id"),
                Param.text("connector", "uuid of the connector"),
                Param.text("verdict", "for example Malicious"),
                Param.text("status", "for example action succeeded"),
                Param.text("text", "part of the location, the SHA-256, or the task's id"),
                Param.time("since", "recorded then or later"),
                Param.time("until", "recorded before then"))
            .answers(200, "The results; go on with cursor = the last one's id", ScanResult[].class)
            .to(this::list),
        Route.delete(Routes.RESULTS, Access.ADMIN, "Delete results; totals and ledgers stay")
            .with(Param.text("job_id", "of this job only"))
            .answers(200, "They are deleted", Deleted.class)
            .to(this::delete),
        Route.get(Routes.RESULTS + "/job/{job_id}", Access.VIEWER, "All results of a job")
            .with(JOB)
            .answers(200, "Newest first", ScanResult[].class)
            .to(call -> write(call, query(call, call.text("job_id"), null, false), Long.MAX_VALUE)),
        Route.get(Routes.RESULTS + "/{task_id}", Access.VIEWER, "The result of one scan request")
            .with(Param.pathText("task_id", "what the scan request was answered with"))
            .answers(200, "None or one", ScanResult[].class)
            .to(
                call ->
                    call.answer(
                        200,
                        results.ofTask(call.text("task_id")).stream()
                            .map(ResultResource::view)
                            .toList())),
        Route.get(
                Routes.JOBS + "/{job_id}/export",
                Access.VIEWER,
                "A job's results as a file, in the order of recording")
            .with(JOB, Param.oneOf("format", List.of("ndjson", "csv"), "ndjson", "of the file"))
            .answers(200, "The file; X-Records-Pruned says how many are not kept any more")
            .answers(404, "job_not_found")
            .to(this::export),
        Route.get(Routes.STATS, Access.VIEWER, "Totals over everything ever recorded")
            .answers(200, "The totals", ScanStats.class)
            .to(call -> call.answer(200, results.stats())));
  }

  private static ResultQuery query(
      Call call,
      @org.jspecify.annotations.Nullable String job,
      @org.jspecify.annotations.Nullable Long cursor,
      boolean ascending) {
    ResultQuery.Filter filter =
        new ResultQuery.Filter(
            call.given("connector").orElse(null),
            call.given("verdict").orElse(null),
            call.given("status").orElse(null),
            call.given("text").orElse(null),
            call.number("since").orElse(null),
            call.number("until").orElse(null));
    return new ResultQuery(job, filter, cursor, ascending);
  }

  private void list(Call call) throws IOException {
    long limit = Math.max(1, call.number("limit").orElse(200L));
    write(
        call,
        query(
            call,
            call.given("job_id").orElse(null),
            call.number("cursor").orElse(null),
            call.text("order").equals("asc")),
        limit);
  }

  private void write(Call call, ResultQuery query, long limit) throws IOException {
    try (OutputStream out = call.stream("application/json")) {
      out.write('[');
      long[] written = {0};
      stream(
          query,
          record -> {
            if (written[0]++ > 0) {
              out.write(',');
            }
            out.write(Json.bytes(view(record)));
            return written[0] < limit;
          });
      out.write(']');
    }
  }

  private interface Writing {
    boolean write(ScanResult record) throws IOException;
  }

  /** Passes a failed write on to the caller through a search that knows nothing of writing. */
  private void stream(ResultQuery query, Writing writing) throws IOException {
    AtomicReference<IOException> failed = new AtomicReference<>();
    results.find(
        query,
        record -> {
          try {
            return writing.write(record);
          } catch (IOException e) {
            failed.set(e);
            return false;
          }
        });
    if (failed.get() != null) {
      throw failed.get();
    }
  }

  private void delete(Call call) {
    String job = call.given("job_id").orElse(null);
    if (job == null) {
      results.deleteAll();
    } else {
      results.deleteOf(job);
    }
    call.answer(200, new Deleted("success", job == null ? "all" : job));
  }

  private void export(Call call) throws IOException {
    String job = call.text("job_id");
    if (jobs.find(job).isEmpty()) {
      throw Refusal.of(404, "job_not_found");
    }
    boolean csv = call.text("format").equals("csv");
    call.setHeader("X-Records-Pruned", Long.toString(results.prunedOf(job)));
    call.setHeader(
        "Content-Disposition", "attachment; filename=\"results." + call.text("format") + "\"");
    try (OutputStream out = call.stream(csv ? "text/csv; charset=utf-8" : "application/x-ndjson")) {
      if (csv) {
        out.write(ReportRow.CSV_HEAD.getBytes(StandardCharsets.UTF_8));
      }
      stream(
          ResultQuery.ofJob(job),
          record -> {
            out.write(
                csv
                    ? ReportRow.of(record).csv().getBytes(StandardCharsets.UTF_8)
                    : Json.bytes(view(record)));
            if (!csv) {
              out.write('\n');
            }
            return true;
          });
    }
  }

  /** REST clients know the scanner's echo as {@code X-Custom-Metadata}. */
  private static ObjectNode view(ScanResult result) {
    ObjectNode node = (ObjectNode) Json.tree(result);
    if (node.get("verdict") instanceof ObjectNode verdict) {
      Map<String, JsonNode> renamed = new LinkedHashMap<>();
      verdict
          .properties()
          .forEach(
              e ->
                  renamed.put(
                      e.getKey().equals("x_custom_metadata") ? "X-Custom-Metadata" : e.getKey(),
                      e.getValue()));
      verdict.removeAll();
      verdict.setAll(renamed);
    }
    return node;
  }
}
