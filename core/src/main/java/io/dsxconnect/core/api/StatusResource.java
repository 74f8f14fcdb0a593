package io.dsxconnect.core.api;

import com.fasterxml.jackson.annotation.JsonProperty;
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

/** Version, configuration, and tests of the scanner and of the API itself. Thread-safe. */
public final class StatusResource implements RouteTable.Resource {
  private final String version;
  private final @Nullable String builtAt;
  private final Core core;

  /**
   * @param builtAt time of the build, ISO-8601 with an offset; null when it is not known
   * @param core the process behind the API
   */
  public StatusResource(String version, @Nullable String builtAt, Core core) {
    this.version = version;
    this.builtAt = builtAt;
    this.core = core;
  }

  /** The process behind the API. Implementations are thread-safe. */
  public interface Core {
    /** The configuration, secrets masked; see docs/wire.md, "Core routes". */
    Map<String, Object> configuration();

    /** Every setting with its value and source, secrets masked. */
    List<EffectiveValue> effective();

    /** The platform now; blocks for Redis, and leaves out what it does not answer. */
    About about();

    /** Scans a few harmless bytes. Blocks for up to half a minute. */
    StatusResponse testScanner();

    /**
     * Makes all workers use another scanner.
     *
     * @param url trimmed, not blank
     * @return the new {@code scanner.base_url}
     * @throws Refusal when the URL is malformed, or changes are not allowed
     */
    String useScanner(String url);
  }

  /**
   * A setting; a value that is not set is null.
   *
   * @param name the environment variable
   * @param value as text, in {@code unit}
   * @param unit {@code s}, {@code bytes}, {@code %}, or null
   * @param source {@code environment}, {@code file}, {@code default} or {@code set_here}
   */
  public record EffectiveValue(
      String name,
      String section,
      String help,
      @Nullable String value,
      @JsonProperty("default") @Nullable String defaultValue,
      @Nullable String unit,
      String source,
      boolean secret) {}

  record Effective(List<EffectiveValue> values) {}

  /**
   * The platform.
   *
   * @param environment of its data, {@code DSXCONNECT_APP_ENV}
   * @param demo whether the scanner is the stand-in; null while that is not known
   * @param trial the scan of {@code quickstart}; null otherwise
   * @param startedAt start of this process, seconds since the epoch
   */
  public record About(
      String environment, @Nullable Boolean demo, @Nullable Trial trial, long startedAt) {}

  /** The scan of {@code quickstart} and the folder that it scanned. */
  public record Trial(String jobId, String folder) {}

  record Meta(
      String version,
      @Nullable String buildTimestamp,
      String environment,
      @Nullable Boolean demo,
      @Nullable Trial trial,
      long startedAt) {}

  record ScannerChange(@Nullable String scanBinaryUrl) {}

  record ScannerNow(String baseUrl, String scanBinaryUrl) {}

  record Persistence(boolean applied, String detail) {}

  record Changed(ScannerNow scanner, Persistence persistence) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.VERSION, Access.OPEN, "Get the version as a JSON string")
            .answers(200, "The version", String.class)
            .to(call -> call.answer(200, version)),
        Route.get("/meta", Access.OPEN, "Get the version and what this platform is")
            .answers(200, "Version, time of the build, environment and start", Meta.class)
            .to(call -> call.answer(200, meta())),
        Route.get(
                Routes.CONFIG + "/effective",
                Access.VIEWER,
                "List every setting with its value and source, secrets masked")
            .answers(200, "The settings", Effective.class)
            .to(call -> call.answer(200, new Effective(core.effective()))),
        Route.get(Routes.CONFIG, Access.OPEN, "Get the configuration, secrets masked")
            .answers(200, "All sections")
            .to(call -> call.answer(200, core.configuration())),
        change("PUT"),
        change("POST"),
        Route.get(
                "/test/dsxa-connection",
                Access.OPERATOR,
                "Test the scanner with a few harmless bytes")
            .acts()
            .answers(200, "The result is in status", StatusResponse.class)
            .to(call -> call.answer(200, core.testScanner())),
        reachable("/test/connection"),
        reachable("/connection/test"));
  }

  private Meta meta() {
    About about = core.about();
    return new Meta(
        version, builtAt, about.environment(), about.demo(), about.trial(), about.startedAt());
  }

  private static Route reachable(String path) {
    return Route.get(path, Access.OPEN, "Test whether the core is reachable")
        .answers(200, "Reachable", StatusResponse.class)
        .to(call -> call.answer(200, StatusResponse.success("dsx-connect answers", null)));
  }

  private Route change(String method) {
    String summary = "Change the scanner address of all workers";
    Route.Builder route =
        method.equals("PUT")
            ? Route.put(Routes.CONFIG, Access.ADMIN, summary)
            : Route.post(Routes.CONFIG, Access.ADMIN, summary);
    return route
        .body(ScannerChange.class)
        .answers(200, "The new scanner address", Changed.class)
        .answers(400, "no_fields_to_update, or the URL is malformed")
        .answers(403, "Operators are off and DSXCONNECT_ALLOW_OPEN_CONFIG is not true")
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
