package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.ConfigSchema;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.ConnectorRequest;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and changes the configuration of registered connectors. A request blocks for the
 * connector's answer. Thread-safe. See docs/wire.md, "Connector routes".
 */
public final class ConnectorConfigResource implements RouteTable.Resource {
  private static final Logger log = LoggerFactory.getLogger(ConnectorConfigResource.class);

  /** What every connector may be asked to change. */
  private static final List<String> CHANGEABLE =
      List.of("asset", "filter", "item_action", "item_action_move_metainfo");

  /** What a registration has of a configuration. */
  private static final List<String> REGISTERED =
      List.of(
          "asset",
          "asset_display_name",
          "display_name",
          "filter",
          "item_action",
          "item_action_move_metainfo");

  private final Registry registry;
  private final ConnectorCalls calls;

  public ConnectorConfigResource(Registry registry, ConnectorClient client) {
    this.registry = registry;
    this.calls = new ConnectorCalls(registry, client);
  }

  record ConfigChange(
      @Nullable String asset,
      @Nullable String filter,
      @Nullable String itemAction,
      @Nullable String itemActionMoveMetainfo) {}

  @Override
  public List<Route> routes() {
    return List.of(
        ConnectorCalls.get(Routes.CONFIG, "Get a connector's configuration, secrets masked")
            .answers(200, "The configuration")
            .to(call -> call.answer(200, configuration(call))),
        ConnectorCalls.get(
                "/config_schema", "Get what can be configured of a connector, for a form")
            .answers(200, "The options with the values in force", ConfigSchema.class)
            .to(this::schema),
        ConnectorCalls.described(
                Route.put(
                    ConnectorCalls.path(Routes.CONFIG),
                    Access.ADMIN,
                    "Change a connector's configuration"))
            .body(ConfigChange.class)
            .answers(200, "The configuration after the change, secrets masked")
            .answers(400, "no_fields_to_update, or a value is refused", RefusedConfig.class)
            .to(this::change));
  }

  private ObjectNode configuration(Call call) {
    return MaskedConfig.of(
        ConnectorCalls.object(calls.ask(call, ConnectorRequest.get(Routes.CONFIG))));
  }

  /** As the connector describes itself; else, as every connector can be configured. */
  private void schema(Call call) {
    ConnectorInstance connector = calls.connector(call);
    ConnectorClient.Answer answer;
    try {
      answer = calls.send(connector, ConnectorRequest.get(Routes.CONFIG_SCHEMA));
    } catch (IOException e) {
      throw ConnectorCalls.unavailable(connector, e);
    }
    if (answer.status() == 404 || answer.status() == 405) {
      call.answer(200, GenericConfig.of(configuration(call)));
      return;
    }
    if (answer.status() / 100 != 2) {
      throw ConnectorCalls.upstream(answer);
    }
    try {
      call.answer(200, ConfigSchema.read(ConnectorCalls.object(answer.body())));
    } catch (InvalidInput e) {
      throw Refusal.of(502, "the connector's answer does not describe its configuration");
    }
  }

  private void change(Call call) throws InvalidInput {
    JsonNode body = call.json();
    Fields known = Fields.ofBody(body);
    for (String name : CHANGEABLE) {
      known.nullableText(name);
    }
    known.check();
    ObjectNode change = (ObjectNode) body;
    // Other fields of the original's connectors are not for callers of this API to change.
    change.retain(CHANGEABLE);
    change.properties().removeIf(entry -> entry.getValue().isNull());
    if (change.isEmpty()) {
      throw Refusal.of(400, "no_fields_to_update");
    }
    ObjectNode answer =
        ConnectorCalls.object(calls.ask(call, ConnectorRequest.put(Routes.CONFIG, change)));
    registry
        .find(ConnectorCalls.uuid(call))
        .flatMap(connector -> configured(connector, answer))
        .ifPresent(registry::configured);
    call.answer(200, MaskedConfig.of(answer));
  }

  /**
   * A connector with what it answered to a change of its configuration; empty when nothing of that
   * is registered, or the answer is malformed. Then its next heartbeat brings the change.
   */
  static Optional<ConnectorInstance> configured(ConnectorInstance before, ObjectNode answer) {
    ObjectNode after = (ObjectNode) Json.tree(before);
    for (String name : REGISTERED) {
      if (answer.path(name).isTextual()) {
        after.set(name, answer.get(name));
      }
    }
    try {
      Fields fields = Fields.ofBody(after);
      ConnectorInstance connector = ConnectorInstance.read(fields);
      fields.check();
      return connector.equals(before) ? Optional.empty() : Optional.of(connector);
    } catch (InvalidInput e) {
      log.debug("a connector's configuration is not that of a registration: {}", e.getMessage());
      return Optional.empty();
    }
  }
}
