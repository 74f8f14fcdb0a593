package io.dsxconnect.connector;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.Status;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Routes that return the version, and the state of the connector, its repository and the core. */
final class StatusResource implements RouteTable.Resource {
  private static final int MAX_PREVIEW_LOCATIONS = 1000;

  private final Map<String, Object> version;
  private final Repository repository;
  private final Supplier<ConnectorInstance> self;
  private final BooleanSupplier coreReachable;
  private final LongSupplier sent;

  /**
   * @param version the body of {@code GET version}
   * @param self supplies the connector with its current status
   * @param sent supplies the number of scan requests sent since the start
   */
  StatusResource(
      Map<String, Object> version,
      Repository repository,
      Supplier<ConnectorInstance> self,
      BooleanSupplier coreReachable,
      LongSupplier sent) {
    this.version = version;
    this.repository = repository;
    this.self = self;
    this.coreReachable = coreReachable;
    this.sent = sent;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/", Access.OPEN, "Status of the connector, the core and the repository")
            .answers(200, "The status", Map.class)
            .to(call -> call.answer(200, home())),
        Route.get(Routes.HEALTHZ, Access.OPEN, "Whether the process is alive")
            .answers(200, "The process is alive", Map.class)
            .to(call -> call.answer(200, Map.of("ok", true))),
        Route.get(Routes.READYZ, Access.OPEN, "Whether the connector can work")
            .answers(200, "The connector is ready", ConnectorInstance.class)
            .answers(503, "Not registered yet, or the repository fails", ConnectorInstance.class)
            .to(this::ready),
        Route.get(Routes.VERSION, Access.OPEN, "Name, instance and version")
            .answers(200, "The version", Map.class)
            .to(call -> call.answer(200, version)),
        Route.get(Routes.REPO_CHECK, Access.CORE, "Checks the repository")
            .with(
                Param.text(
                    "preview", "Number of locations to return, up to 1,000; other text means none"))
            .answers(200, "The outcome, in status", StatusResponse.class)
            .to(this::repoCheck),
        Route.get(Routes.ESTIMATE, Access.CORE, "Estimates the number of files")
            .answers(200, "Unknown: this connector does not estimate", Map.class)
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

  private static Map<String, Object> estimate() {
    Map<String, Object> unknown = new LinkedHashMap<>();
    unknown.put("count", null);
    unknown.put("confidence", "unknown");
    return unknown;
  }

  private void repoCheck(Call call) {
    int preview = preview(call.given("preview").orElse("0"));
    RepoCheck check = repository.check(preview);
    List<String> shown = check.preview();
    call.answer(
        200,
        new StatusResponse(
            check.ok() ? Status.SUCCESS : Status.ERROR,
            check.message(),
            preview > 0 ? "preview=" + shown.size() : null,
            null,
            preview > 0 ? shown : null));
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
