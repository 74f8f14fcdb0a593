package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.Status;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Routes that return the version, and the state of the connector, its repository and the core. */
final class StatusResource implements RouteTable.Resource {
  private static final int MAX_PREVIEW_LOCATIONS = 1000;

  /** Well below the 30 s for which the core waits. */
  private static final Duration MAX_SAMPLE_TIME = Duration.ofSeconds(5);

  /** Listings for previews and estimates at once: each may read a large store. */
  private static final int MAX_SAMPLES_AT_ONCE = 2;

  private final Map<String, Object> version;
  private final Repository repository;
  private final Supplier<ConnectorInstance> self;
  private final BooleanSupplier coreReachable;
  private final LongSupplier sent;
  private final Supplier<Filter> filter;
  private final Semaphore samples = new Semaphore(MAX_SAMPLES_AT_ONCE);

  /**
   * @param version the body of {@code GET version}
   * @param self supplies the connector with its current status
   * @param sent supplies the number of scan requests sent since the start
   * @param filter supplies the filter in force
   */
  StatusResource(
      Map<String, Object> version,
      Repository repository,
      Supplier<ConnectorInstance> self,
      BooleanSupplier coreReachable,
      LongSupplier sent,
      Supplier<Filter> filter) {
    this.version = version;
    this.repository = repository;
    this.self = self;
    this.coreReachable = coreReachable;
    this.sent = sent;
    this.filter = filter;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/", Access.OPEN, "Status of the connector, the core and the repository")
            .answers(200, "The status", Map.class)
            .to(call -> call.answer(200, home())),
        Route.get(Routes.HEALTHZ, Access.OPEN, "Whether the process is alive")
            .probe()
            .answers(200, "The process is alive", Map.class)
            .to(call -> call.answer(200, Map.of("ok", true))),
        Route.get(Routes.READYZ, Access.OPEN, "Whether the connector can work")
            .probe()
            .answers(200, "The connector is ready", ConnectorInstance.class)
            .answers(503, "Not registered yet, or the repository fails", ConnectorInstance.class)
            .to(this::ready),
        Route.get(Routes.VERSION, Access.OPEN, "Name, instance and version")
            .answers(200, "The version", Map.class)
            .to(call -> call.answer(200, version)),
        Route.get(Routes.REPO_CHECK, Access.CORE, "Checks the repository")
            .acts()
            .with(
                Param.text(
                    "preview",
                    "Number of locations to return, up to 1,000, of files that the filter accepts;"
                        + " other text means none. Fewer when the listing takes more than 5 s"))
            .answers(200, "The outcome, in status", StatusResponse.class)
            .answers(503, "Too many previews and estimates at once")
            .to(this::repoCheck),
        Route.get(Routes.ESTIMATE, Access.CORE, "Counts the files that the filter accepts")
            .acts()
            .answers(
                200,
                "The number; null when counting takes more than 5 s, then at_least is set",
                Map.class)
            .answers(503, "Too many previews and estimates at once")
            .to(call -> call.answer(200, estimate())));
  }

  private Map<String, Object> home() {
    ConnectorStatus status = self.get().status();
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("connector_status", status);
    body.put("dsx-connect connectivity", coreReachable.getAsBoolean() ? "success" : "failed");
    body.put("repo connectivity", status == ConnectorStatus.FAILED ? "failed" : "success");
    body.put("scan_requests_since_active_count", sent.getAsLong());
    return body;
  }

  private void ready(Call call) {
    ConnectorInstance now = self.get();
    call.answer(now.status() == ConnectorStatus.READY ? 200 : 503, now);
  }

  private Map<String, Object> estimate() {
    ListingSample found = sample(new ListingSample.Bounds(0, Long.MAX_VALUE, MAX_SAMPLE_TIME));
    Map<String, Object> estimate = new LinkedHashMap<>();
    estimate.put("count", found.complete() ? found.files() : null);
    estimate.put("confidence", found.complete() ? "exact" : "unknown");
    if (!found.complete()) {
      estimate.put("at_least", found.files());
    }
    return estimate;
  }

  private ListingSample sample(ListingSample.Bounds bounds) {
    if (!samples.tryAcquire()) {
      throw Refusal.of(503, "too many previews and estimates at once; try again in a few seconds");
    }
    try {
      return ListingSample.take(repository, filter.get(), bounds, System::nanoTime);
    } finally {
      samples.release();
    }
  }

  private void repoCheck(Call call) {
    int preview = preview(call.given("preview").orElse("0"));
    RepoCheck check = repository.check();
    ListingSample found =
        check.ok() && preview > 0
            ? sample(new ListingSample.Bounds(preview, preview, MAX_SAMPLE_TIME))
            : ListingSample.NONE;
    call.answer(
        200,
        new StatusResponse(
            check.ok() ? Status.SUCCESS : Status.ERROR,
            check.message(),
            preview > 0 ? description(found, preview) : null,
            null,
            preview > 0 ? found.locations() : null));
  }

  private static String description(ListingSample found, int preview) {
    boolean cut = !found.complete() && found.files() < preview;
    return "preview="
        + found.locations().size()
        + (cut ? "; the listing takes longer than 5 s, so there may be more" : "");
  }

  /** The original accepts any text, and treats text that is not a number as 0. */
  private static int preview(String text) {
    try {
      return Math.clamp(Long.parseLong(text.strip()), 0, MAX_PREVIEW_LOCATIONS);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
