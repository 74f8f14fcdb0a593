package io.dsxconnect.core.api;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.ResultQuery;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.record.Searches;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/**
 * Records as files of NDJSON or CSV, streamed from Redis to the client. Thread-safe. See
 * docs/wire.md, "Result records".
 */
@ThreadSafe
public final class ResultExportResource implements RouteTable.Resource {
  private static final Param FORMAT =
      Param.oneOf("format", List.of("ndjson", "csv"), "ndjson", "Format of the file");
  private static final DateTimeFormatter FILE_TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Results results;
  private final Searches searches;
  private final Jobs jobs;
  private final InstantSource clock;

  /**
   * @param searches over the same results
   */
  public ResultExportResource(Results results, Searches searches, Jobs jobs, InstantSource clock) {
    this.results = results;
    this.searches = searches;
    this.jobs = jobs;
    this.clock = clock;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                Routes.RESULTS + "/export",
                Access.VIEWER,
                "Export results as a file, in the order of recording")
            .with(ResultParams.filtersAnd(FORMAT))
            .answers(200, "The file")
            .answers(503, "Too many searches")
            .to(this::exportFound),
        Route.get(
                Routes.JOBS + "/{job_id}/export",
                Access.VIEWER,
                "Export the results of a job as a file, in the order of recording")
            .with(Param.pathText("job_id", "Id of the job"), FORMAT)
            .answers(200, "The file; X-Records-Pruned is the number of records no longer kept")
            .answers(404, "job_not_found")
            .to(this::exportJob));
  }

  private void exportFound(Call call) throws IOException, InvalidInput {
    ResultQuery query = ResultParams.query(call);
    // Texts of the filter are a client's, so the name has none of them.
    sendAs(call, "dsx-connect-results-" + FILE_TIME.format(clock.instant()));
    ResultWriter.Source source = ResultWriter.Source.whole(taker -> searches.stream(query, taker));
    ResultResource.orBusy(call, () -> write(call, source, /* moreColumns= */ true));
  }

  private void exportJob(Call call) throws IOException {
    String job = call.text("job_id");
    if (jobs.find(job).isEmpty()) {
      throw Refusal.of(404, "job_not_found");
    }
    call.setHeader("X-Records-Pruned", Long.toString(results.prunedOf(job)));
    sendAs(call, "results");
    ResultWriter.Source source =
        ResultWriter.Source.whole(taker -> results.find(ResultQuery.ofJob(job), taker));
    write(call, source, /* moreColumns= */ false);
  }

  private static void sendAs(Call call, String name) {
    call.setHeader(
        "Content-Disposition", "attachment; filename=\"" + name + "." + call.text("format") + "\"");
  }

  private static void write(Call call, ResultWriter.Source source, boolean moreColumns)
      throws IOException {
    if (call.text("format").equals("csv")) {
      ResultWriter.csv(call, source, moreColumns);
    } else {
      ResultWriter.lines(call, source);
    }
  }
}
