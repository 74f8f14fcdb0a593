package io.dsxconnect.connector;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Route that starts a full scan. */
final class FullScanResource implements RouteTable.Resource {
  /** As the core accepts them. */
  private static final Pattern JOB_ID = Pattern.compile("[^\\x00-\\x1f\\x7f-\\x9f]{1,256}");

  private final Starter starter;
  private final Supplier<String> ids;

  /** Starts a scan in the background. */
  @FunctionalInterface
  interface Starter {
    /**
     * Starts a scan, unless one with this job id runs already.
     *
     * @param limit files at most; 0 for all
     * @param batchSize files per batch at most; 0 for the default
     */
    FullScans.Start start(String job, int limit, int batchSize);
  }

  FullScanResource(Starter starter, Supplier<String> ids) {
    this.starter = starter;
    this.ids = ids;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(Routes.FULL_SCAN, Access.CORE, "Starts a full scan")
            .with(
                Param.text("job_id", "Id of the job; absent: a new id"),
                Param.whole("limit", 1, Integer.MAX_VALUE, null, "Files at most; absent: all"),
                Param.flag(
                    "batch",
                    "Accepted for compatibility, without effect: files are sent in batches if the"
                        + " core allows"),
                Param.whole("batch_size", 1, Integer.MAX_VALUE, null, "Files per batch at most"))
            .answers(200, "The scan runs in the background", StatusResponse.class)
            .answers(422, "The id of the job is too long or has control characters")
            .answers(
                503,
                "The connector has no core, is stopping, or runs as many scans as it may",
                StatusResponse.class)
            .to(this::start));
  }

  private void start(Call call) {
    String job = call.given("job_id").orElseGet(ids);
    if (!JOB_ID.matcher(job).matches()) {
      throw Refusal.of(422, "a job id has at most 256 characters and no control characters");
    }
    int limit = call.number("limit").orElse(0L).intValue();
    int batchSize = call.number("batch_size").orElse(0L).intValue();
    switch (starter.start(job, limit, batchSize)) {
      case UNAVAILABLE ->
          call.answer(503, StatusResponse.error("Connector not registered with dsx-connect", null));
      case BUSY ->
          call.answer(
              503,
              StatusResponse.error(
                  "Too many full scans",
                  FullScans.MAX_SCANS + " full scans are running; try again when one has ended"));
      case STARTED ->
          call.answer(
              200,
              StatusResponse.success(
                  "Full scan initiated",
                  "The scan is running in the background. job_id="
                      + job
                      + (limit > 0 ? " limit=" + limit : "")
                      + (call.flag("batch") ? " batch=True" : "")
                      + (batchSize > 0 ? " batch_size=" + batchSize : "")));
    }
  }
}
