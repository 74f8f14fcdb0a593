package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.ThreadSafe;
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

/**
 * Records and totals. Lists are streamed from Redis to the client, so their length is unlimited.
 * Thread-safe. See docs/wire.md, "Result records".
 */
@ThreadSafe
public final class ResultResource implements RouteTable.Resource {
  private static final Param JOB = Param.pathText("job_id", "Id of the job");

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
        Route.get(Routes.RESULTS, Access.VIEWER, "List results, newest first")
            .with(
                Param.whole(
                    "limit", Long.MIN_VALUE, Long.MAX_VALUE, 200L, "Maximum number of results"),
                Param.text("job_id", "Id of the job"),
                Param.whole(
                    "cursor",
                    0,
                    Long.MAX_VALUE,
                    null,
                    "Id of the last result of the previous page"),
                Param.oneOf("order", List.of("asc", "desc"), "desc", "Order by id"),
                Param.text("connector", "UUID of the connector"),
                Param.text("verdict", "Verdict, for example Malicious"),
                Param.text("status", "Status, for example action succeeded"),
                Param.text("text", "Part of the location, the SHA-256, or the id of the task"),
                Param.time("since", "Earliest time of recording, inclusive"),
                Param.time("until", "Latest time of recording, exclusive"))
            .answers(
                200,
                "The results; the id of the last one is the cursor of the next page",
                ScanResult[].class)
            .to(this::list),
        Route.delete(Routes.RESULTS, Access.ADMIN, "Delete results; totals and ledgers stay")
            .with(Param.text("job_id", "Id of the job; all jobs when absent"))
            .answers(200, "Deleted", Deleted.class)
            .to(this::delete),
        Route.get(Routes.RESULTS + "/job/{job_id}", Access.VIEWER, "Get all results of a job")
            .with(JOB)
            .answers(200, "The results, newest first", ScanResult[].class)
            .to(call -> write(call, query(call, call.text("job_id"), null, false), Long.MAX_VALUE)),
        Route.get(
                Routes.RESULTS + "/{task_id}", Access.VIEWER, "Get the result of one scan request")
            .with(Param.pathText("task_id", "Id in the answer to the scan request"))
            .answers(200, "No result or one", ScanResult[].class)
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
                "Export the results of a job as a file, in the order of recording")
            .with(
                JOB,
                Param.oneOf("format", List.of("ndjson", "csv"), "ndjson", "Format of the file"))
            .answers(200, "The file; X-Records-Pruned is the number of records no longer kept")
            .answers(404, "job_not_found")
            .to(this::export),
        Route.get(Routes.STATS, Access.VIEWER, "Get totals over everything ever recorded")
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
            new ResultQuery.Content(
                call.given("verdict").orElse(null),
                call.given("status").orElse(null),
                call.given("text").orElse(null),
                java.util.Set.of(),
                java.util.Set.of()),
            new ResultQuery.Period(
                call.number("since").orElse(null), call.number("until").orElse(null)));
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

  /** Rethrows a failed write, which the search cannot pass on. */
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

  /** The record as REST shows it: the scanner's echo is named {@code X-Custom-Metadata}. */
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
