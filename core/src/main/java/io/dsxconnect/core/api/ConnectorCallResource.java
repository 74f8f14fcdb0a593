package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.ConfigSchema;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.Status;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.connector.WrongConnectorException;
import io.dsxconnect.core.job.Announced;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.job.Listings;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls registered connectors on behalf of a client. A request blocks for the connector's answer,
 * at most the client timeout. Thread-safe. See docs/wire.md, "Connector routes".
 */
public final class ConnectorCallResource implements RouteTable.Resource {
  private static final Logger log = LoggerFactory.getLogger(ConnectorCallResource.class);
  private static final Param UUID = Param.pathUuid("connector_uuid", "UUID of the connector");

  private static final List<String> CONFIG_TEXTS =
      List.of("asset", "filter", "item_action", "item_action_move_metainfo");

  private final Registry registry;
  private final ConnectorClient client;
  private final Jobs jobs;
  private final Listings listings;
  private final Supplier<String> ids;

  /**
   * @param ids creates the ids of jobs that clients do not name
   */
  public ConnectorCallResource(
      Registry registry,
      ConnectorClient client,
      Jobs jobs,
      Listings listings,
      Supplier<String> ids) {
    this.listings = listings;
    this.registry = registry;
    this.client = client;
    this.jobs = jobs;
    this.ids = ids;
  }

  record Estimate(@Nullable Long count, String confidence) {}

  record ConfigChange(
      @Nullable String asset,
      @Nullable String filter,
      @Nullable String itemAction,
      @Nullable String itemActionMoveMetainfo) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(
                Routes.CONNECTORS + Routes.FULL_SCAN + "/{connector_uuid}",
                Access.OPERATOR,
                "Start a full scan of a connector, or join an active one that is equal")
            .with(
                UUID,
                Param.whole("limit", 1, Long.MAX_VALUE, null, "Maximum number of files"),
                Param.flag("batch", "Send files in batches; our connectors always do"),
                Param.whole("batch_size", 1, Integer.MAX_VALUE, null, "Files per batch"),
                Param.text("job_id", "Id of the job; a new one when absent"),
                Param.flag("force", "Start another scan while one is active"),
                Param.text("started_by", "What starts the scan, for example dashboard"))
            .answers(
                202,
                "Started, or active already; X-Job-Id is the id of the job",
                StatusResponse.class)
            .answers(404, "No connector with this UUID is registered")
            .answers(409, "Another scan of the connector is active, or the job id is already used")
            .answers(502, "The connector does not answer")
            .to(this::fullScan),
        Route.get(
                Routes.CONNECTORS + Routes.REPO_CHECK + "/{connector_uuid}",
                Access.VIEWER,
                "Check that a connector can access its repository")
            .with(UUID, Param.whole("preview", 0, 1000, null, "Number of file names to return"))
            .answers(200, "The result", StatusResponse.class)
            .answers(404, "No connector with this UUID is registered")
            .answers(502, "The connector does not answer")
            .to(this::repoCheck),
        Route.get(
                Routes.CONNECTORS + Routes.ESTIMATE + "/{connector_uuid}",
                Access.VIEWER,
                "Get the number of files that a connector expects")
            .with(UUID)
            .answers(200, "The number; null when it is unknown", Estimate.class)
            .answers(404, "No connector with this UUID is registered")
            .answers(502, "The connector does not answer")
            .to(this::estimate),
        Route.get(
                Routes.CONNECTORS + Routes.CONFIG + "/{connector_uuid}",
                Access.VIEWER,
                "Get a connector's configuration, secrets masked")
            .with(UUID)
            .answers(200, "The configuration")
            .answers(404, "No connector with this UUID is registered")
            .answers(502, "The connector does not answer")
            .to(call -> call.answer(200, object(ask(call, "GET", Routes.CONFIG, "", null)))),
        Route.get(
                Routes.CONNECTORS + "/config_schema/{connector_uuid}",
                Access.VIEWER,
                "Get what can be configured of a connector, for a form")
            .with(UUID)
            .answers(200, "The options with the values in force", ConfigSchema.class)
            .answers(404, "No connector with this UUID is registered")
            .answers(502, "The connector does not answer")
            .to(this::configSchema),
        Route.put(
                Routes.CONNECTORS + Routes.CONFIG + "/{connector_uuid}",
                Access.ADMIN,
                "Change a connector's configuration")
            .with(UUID)
            .body(ConfigChange.class)
            .answers(200, "The configuration after the change")
            .answers(400, "no_fields_to_update, or a value is refused", RefusedConfig.class)
            .answers(404, "No connector with this UUID is registered")
            .answers(502, "The connector does not answer")
            .to(this::putConfig),
        proxied(Routes.HEALTHZ, "Check that a connector is alive"),
        proxied(Routes.READYZ, "Check that a connector is ready"),
        Route.get(
                Routes.CONNECTORS + "/auth_check/{connector_uuid}",
                Access.VIEWER,
                "Check that a connector accepts the core's signature")
            .with(UUID)
            .answers(200, "Accepted", StatusResponse.class)
            .answers(401, "unauthorized: hmac_rejected")
            .answers(404, "No connector with this UUID is registered")
            .answers(502, "The connector does not answer")
            .to(this::authCheck));
  }

  private Route proxied(String path, String summary) {
    return Route.get(Routes.CONNECTORS + path + "/{connector_uuid}", Access.VIEWER, summary)
        .with(UUID)
        .answers(200, "The connector's answer")
        .answers(404, "No connector with this UUID is registered")
        .answers(502, "The connector does not answer")
        .answers(503, "The connector is not ready")
        .to(call -> call.answer(200, object(ask(call, "GET", path, "", null))));
  }

  private ConnectorInstance connector(Call call, String notFound) {
    String uuid = call.text("connector_uuid");
    return registry.find(uuid).orElseThrow(() -> Refusal.of(404, notFound + uuid));
  }

  /** The body of the connector's 2xx answer. Any other answer becomes the client's error. */
  private byte[] ask(Call call, String method, String path, String query, @Nullable JsonNode body) {
    ConnectorInstance connector = connector(call, "No connector found with UUID=");
    ConnectorClient.Answer answer;
    try {
      answer = client.call(connector, method, path, query, body);
    } catch (IOException e) {
      throw unavailable(connector, e);
    }
    if (answer.status() / 100 != 2) {
      throw upstream(answer);
    }
    return answer.body();
  }

  private static String why(IOException e) {
    return Printable.of(Objects.requireNonNullElse(e.getMessage(), ConnectorClient.kind(e)));
  }

  /** Answers with the original's text and logs the cause. */
  private static Refusal unavailable(ConnectorInstance connector, IOException e) {
    log.warn("connector {} cannot be called: {}", Printable.of(connector.url()), why(e));
    return Refusal.of(
        502,
        e instanceof WrongConnectorException wrong
            ? wrong.reason()
            : "Connector service unavailable: " + ConnectorClient.kind(e));
  }

  /** The 502 for a 200 that is not a status, for example a proxy's login page. */
  private static Refusal notTheConnector() {
    return Refusal.of(
        502, "the server that answered 200 is not the connector: its body is not a status");
  }

  private static Refusal upstream(ConnectorClient.Answer answer) {
    int status = answer.status() >= 400 && answer.status() < 600 ? answer.status() : 502;
    RefusedConfig refused = RefusedConfig.in(answer.body());
    return refused.errors().isEmpty()
        ? Refusal.of(status, refused.detail())
        : Refusal.withBody(status, refused);
  }

  private static ObjectNode object(byte[] body) {
    try {
      if (Json.parse(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (InvalidInput e) {
      throw Refusal.of(502, "the connector's answer is not JSON");
    }
    throw Refusal.of(502, "the connector's answer is not a JSON object");
  }

  private void repoCheck(Call call) {
    byte[] body = ask(call, "GET", Routes.REPO_CHECK, encoded(call.query()), null);
    StatusResponse status;
    try {
      status = StatusResponse.read(Json.parse(body));
    } catch (InvalidInput e) {
      throw notTheConnector();
    }
    call.answer(200, status);
  }

  private void estimate(Call call) {
    ObjectNode estimate = object(ask(call, "GET", Routes.ESTIMATE, "", null));
    call.answer(
        200,
        estimate.has("count") && estimate.has("confidence")
            ? estimate
            : new Estimate(null, "unknown"));
  }

  private void putConfig(Call call) throws InvalidInput {
    JsonNode body = call.json();
    Fields known = Fields.ofBody(body);
    for (String name : CONFIG_TEXTS) {
      known.nullableText(name);
    }
    known.check();
    ObjectNode change = (ObjectNode) body;
    change.properties().removeIf(entry -> entry.getValue().isNull());
    if (change.isEmpty()) {
      throw Refusal.of(400, "no_fields_to_update");
    }
    call.answer(200, object(ask(call, "PUT", Routes.CONFIG, "", change)));
  }

  /** As the connector describes itself; else, as every connector can be configured. */
  private void configSchema(Call call) {
    ConnectorInstance connector = connector(call, "No connector found with UUID=");
    ConnectorClient.Answer answer;
    try {
      answer = client.call(connector, "GET", Routes.CONFIG_SCHEMA, "", null);
    } catch (IOException e) {
      throw unavailable(connector, e);
    }
    if (answer.status() == 404 || answer.status() == 405) {
      call.answer(200, GenericConfig.of(object(ask(call, "GET", Routes.CONFIG, "", null))));
      return;
    }
    if (answer.status() / 100 != 2) {
      throw upstream(answer);
    }
    try {
      call.answer(200, ConfigSchema.read(object(answer.body())));
    } catch (InvalidInput e) {
      throw Refusal.of(502, "the connector's answer does not describe its configuration");
    }
  }

  private void authCheck(Call call) {
    ConnectorInstance connector = connector(call, "No connector found with UUID=");
    try {
      ConnectorClient.Answer answer = client.call(connector, "GET", Routes.CONFIG, "", null);
      if (answer.status() == 401) {
        throw Refusal.of(401, "unauthorized: hmac_rejected");
      }
    } catch (IOException e) {
      log.warn("connector {} cannot be called: {}", Printable.of(connector.url()), why(e));
      throw Refusal.of(502, "auth_check_failed: " + ConnectorClient.kind(e));
    }
    call.answer(200, StatusResponse.success("auth_ok", "HMAC verified"));
  }

  private void fullScan(Call call) throws InvalidInput {
    ConnectorInstance connector = connector(call, "No connector registered with UUID=");
    String uuid = call.text("connector_uuid");
    Map<String, String> query = call.query();
    query.remove("force");
    query.remove("job_id");
    query.remove("started_by");
    if (call.flag("batch")) {
      query.put("batch", "true");
    }
    String job = JobIds.checked(call.given("job_id").orElseGet(ids), "query", "job_id");
    Map<String, String> details = ScanDetails.of(connector, call);
    switch (jobs.announce(
        job, uuid, new Jobs.Asked(scanDigest(connector, query), call.flag("force"), details))) {
      case Announced.New announced -> start(call, connector, job, query);
      case Announced.Active active
          when call.given("job_id").orElse(active.job()).equals(active.job()) -> {
        call.setHeader("X-Job-Id", JobIds.header(active.job()));
        call.answer(
            202, StatusResponse.success("Full scan is active already", "job_id=" + active.job()));
      }
      case Announced.Active active -> throw another(call, active.job(), "job id");
      case Announced.Differs differs ->
          throw another(call, differs.job(), "filter, limit or batch");
      case Announced.Used used -> throw Refusal.of(409, "job_id_was_used");
      case Announced.Foreign foreign ->
          throw Refusal.of(409, "job_id_is_in_use: it is that of another connector's job");
    }
  }

  /** A digest of what two requests must have in common to be the same scan. */
  private static String scanDigest(ConnectorInstance connector, Map<String, String> query) {
    List<String> parts = new ArrayList<>();
    parts.add(connector.filter());
    for (String name : List.of("limit", "batch")) {
      parts.add(query.getOrDefault(name, ""));
    }
    return java.util.UUID.nameUUIDFromBytes(Json.bytes(parts)).toString();
  }

  private static Refusal another(Call call, String job, String what) {
    call.setHeader("X-Job-Id", JobIds.header(job));
    return Refusal.of(
        409,
        "full_scan_is_active: job_id="
            + job
            + " scans this connector with another "
            + what
            + "; wait for it, cancel it, or set force=true");
  }

  private void start(
      Call call, ConnectorInstance connector, String job, Map<String, String> query) {
    call.setHeader("X-Job-Id", JobIds.header(job));
    query.put("job_id", job);
    ConnectorClient.Answer answer;
    try {
      answer = client.call(connector, "POST", Routes.FULL_SCAN, encoded(query), null);
    } catch (IOException e) {
      jobs.cancel(job, "the connector could not be called: " + why(e));
      throw unavailable(connector, e);
    }
    if (answer.status() / 100 != 2) {
      jobs.cancel(job, "the connector did not start the scan: HTTP " + answer.status());
      throw upstream(answer);
    }
    StatusResponse status;
    try {
      status = statusOf(answer, job);
    } catch (InvalidInput e) {
      jobs.cancel(job, "the server that answered the full scan request is not the connector");
      throw notTheConnector();
    }
    if (status.status() == Status.ERROR) {
      // The connector will list nothing, so nothing else would end this job.
      jobs.cancel(job, "the connector did not start the scan: " + Printable.of(status.message()));
    } else {
      listings.alive(call.text("connector_uuid"), List.of(job));
    }
    call.answer(202, status);
  }

  private static StatusResponse statusOf(ConnectorClient.Answer answer, String job)
      throws InvalidInput {
    StatusResponse status = StatusResponse.read(Json.parse(answer.body()));
    String description = status.description() == null ? "" : status.description();
    return description.contains("job_id=")
        ? status
        : new StatusResponse(
            status.status(),
            status.message(),
            description.isEmpty() ? "job_id=" + job : description + " | job_id=" + job,
            status.id(),
            status.preview());
  }

  private static String encoded(Map<String, String> query) {
    return query.entrySet().stream()
        .map(
            e ->
                URLEncoder.encode(e.getKey(), StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
