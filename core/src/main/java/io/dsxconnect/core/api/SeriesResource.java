package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.TextNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.series.Chart;
import io.dsxconnect.core.series.JobSeries;
import io.dsxconnect.core.series.Series;
import io.dsxconnect.core.series.Step;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Time series of the platform and of jobs. Thread-safe. See docs/wire.md, "Time series". */
public final class SeriesResource implements RouteTable.Resource {
  private final Series series;
  private final JobSeries jobs;

  public SeriesResource(Series series, JobSeries jobs) {
    this.series = series;
    this.jobs = jobs;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/timeseries", Access.VIEWER, "Get time series of the platform")
            .with(
                Param.text("metric", "Names of metrics, separated by commas; all when absent"),
                Param.time("from", "Begin; everything that is kept when absent"),
                Param.time("to", "End; the newest bucket when absent"),
                Param.oneOf(
                    "step",
                    Step.words(),
                    "60",
                    "Length of the buckets in seconds: 10 s are kept for 1 hour, 60 s for 1 day,"
                        + " 3600 s for 30 days"))
            .answers(200, "The series; a null value is unknown", Chart.class)
            .answers(422, "There is no metric of this name")
            .to(this::platform),
        Route.get(
                Routes.JOBS + "/{job_id}/series",
                Access.VIEWER,
                "Get the time series of a job, from its start to its end")
            .with(Param.pathText("job_id", "Id of the job"))
            .answers(200, "The series; a null value is unknown", Chart.class)
            .answers(404, "job_not_found")
            .to(this::job));
  }

  private void platform(Call call) throws InvalidInput {
    call.answer(
        200,
        series.read(
            Step.of(Long.parseLong(call.text("step"))),
            call.number("from").orElse(null),
            call.number("to").orElse(null),
            metrics(call.given("metric").orElse(""))));
  }

  private static Set<String> metrics(String given) throws InvalidInput {
    Set<String> names = new LinkedHashSet<>();
    Set<String> known = Series.names();
    for (String name : Arrays.stream(given.split(",")).map(String::strip).toList()) {
      if (!name.isEmpty() && !known.contains(name)) {
        String expected = String.join(", ", known);
        throw new InvalidInput(
            List.of(
                new Problem(
                    "enum",
                    List.of("query", "metric"),
                    "There is no such metric; the metrics are " + expected,
                    TextNode.valueOf(name),
                    Map.of("expected", expected))));
      }
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return names;
  }

  private void job(Call call) {
    call.answer(
        200, jobs.of(call.text("job_id")).orElseThrow(() -> Refusal.of(404, "job_not_found")));
  }
}
