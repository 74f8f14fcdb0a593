package io.dsxconnect.core.api;

import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the core is, how it is configured, and whether its scanner answers. */
public final class StatusResource implements RouteTable.Resource {
  private final String version;
  private final String builtAt;
  private final Core core;

  /**
   * @param builtAt ISO-8601 with an offset
   */
  public StatusResource(String version, String builtAt, Core core) {
    this.version = version;
    this.builtAt = builtAt;
    this.core = core;
  }

  /** What the process behind the API knows and can do. */
  public interface Core {
    /** The configuration, secrets masked; its sections are the contract's (section 1.2). */
    Map<String, Object> configuration();

    StatusResponse testScanner();

    /**
     * Has all workers use another scanner.
     *
     * @param url trimmed, not blank
     * @return the new configuration's {@code scanner.base_url}
     * @throws Refusal when it is no URL, or may not be changed here
     */
    String useScanner(String url);
  }

  record Meta(String version, String buildTimestamp) {}

  record ScannerChange(@Nullable String scanBinaryUrl) {}

  record ScannerNow(String baseUrl, String scanBinaryUrl) {}

  record Persistence(boolean applied, String detail) {}

  record Changed(ScannerNow scanner, Persistence persistence) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.VERSION, Access.OPEN, "The version, as a JSON string")
            .answers(200, "The version", String.class)
            .to(call -> call.answer(200, version)),
        Route.get("/meta", Access.OPEN, "Version and time of build")
            .answers(200, "Both", Meta.class)
            .to(call -> call.answer(200, new Meta(version, builtAt))),
        Route.get(Routes.CONFIG, Access.OPEN, "The configuration, secrets masked")
            .answers(200, "All sections")
            .to(call -> call.answer(200, core.configuration())),
        change("PUT"),
        change("POST"),
        Route.get("/test/dsxa-connection", Access.OPERATOR, "Have the scanner judge a few bytes")
            .answers(200, "Look at status", StatusResponse.class)
            .to(call -> call.answer(200, core.testScanner())),
        reachable("/test/connection"),
        reachable("/connection/test"));
  }

  private static Route reachable(String path) {
    return Route.get(path, Access.OPEN, "Whether the core can be reached")
        .answers(200, "It can", StatusResponse.class)
        .to(call -> call.answer(200, StatusResponse.success("dsx-connect answers", null)));
  }

  private Route change(String method) {
    String summary = "Use another scanner from now on, in all workers";
    Route.Builder route =
        method.equals("PUT")
            ? Route.put(Routes.CONFIG, Access.ADMIN, summary)
            : Route.post(Routes.CONFIG, Access.ADMIN, summary);
    return route
        .body(ScannerChange.class)
        .answers(200, "The scanner from now on", Changed.class)
        .answers(400, "no_fields_to_update, or the URL is none")
        .answers(403, "Not while operators are off, unless DSXCONNECT_ALLOW_OPEN_CONFIG=true")
        .to(this::changeScanner);
  }

  private void changeScanner(Call call) throws InvalidInput {
    Fields body = Fields.ofBody(call.json());
    String url = body.nullableText("scan_binary_url");
    body.check();
    if (url == null) {
      throw Refusal.of(400, "no_fields_to_update");
    }
    String given = url.strip();
    if (given.isEmpty()) {
      throw Refusal.of(400, "scan_binary_url cannot be empty");
    }
    String base = core.useScanner(given);
    call.answer(
        200,
        new Changed(
            new ScannerNow(base, given), new Persistence(true, "kept in Redis for all workers")));
  }
}
