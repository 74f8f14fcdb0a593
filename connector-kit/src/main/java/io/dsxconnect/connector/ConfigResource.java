package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.ConfigSchema;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Routes that return the configuration and change the policy until the next restart. */
final class ConfigResource implements RouteTable.Resource {
  private static final Logger log = LoggerFactory.getLogger(ConfigResource.class);

  private final ConnectorProfile profile;
  private final ConfigForm form;
  private final Supplier<ConnectorInstance> self;
  private final Permissions permissions;

  /**
   * @param permissions who may change the configuration
   * @param self supplies the connector with its current status
   */
  ConfigResource(
      ConnectorProfile profile,
      ConfigForm form,
      Permissions permissions,
      Supplier<ConnectorInstance> self) {
    this.permissions = permissions;
    this.profile = profile;
    this.form = form;
    this.self = self;
  }

  /**
   * @param detail the original's text
   * @param errors by field, for a form
   */
  private record RefusedChange(String detail, List<Policy.Fault> errors) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(Routes.CONFIG_SCHEMA, Access.CORE, "What can be configured, for a form")
            .answers(200, "The options with the values in force", ConfigSchema.class)
            .to(
                call ->
                    call.answer(
                        200, form.of(profile.policy(), permissions.mayConfigure(call.peer())))),
        Route.get(Routes.CONFIG, Access.CORE, "The configuration in force")
            .answers(200, "The configuration", ConnectorInstance.class)
            .to(call -> call.answer(200, self.get())),
        Route.put(Routes.CONFIG, Access.CORE, "Changes filter or item action until a restart")
            .body(Map.class)
            .answers(200, "The configuration in force, or supported names", ConnectorInstance.class)
            .answers(400, "Not a JSON object, or an unusable value")
            .answers(403, "The operator did not allow changes from other machines")
            .to(this::change));
  }

  private void change(Call call) {
    if (!permissions.mayConfigure(call.peer())) {
      throw Refusal.of(403, ConfigForm.NOT_FROM_ELSEWHERE);
    }
    switch (profile.policy().changedBy(body(call))) {
      case Policy.Change.Refused refused ->
          throw Refusal.withBody(400, new RefusedChange(refused.reason(), refused.faults()));
      case Policy.Change.NoKnownKey() ->
          call.answer(
              200, Map.of("error", "no_supported_fields", "supported", Policy.CHANGEABLE_KEYS));
      case Policy.Change.Changed(Policy changed) -> {
        log.info(
            "{} changed the configuration: filter '{}', item action {}",
            call.peer().map(InetAddress::getHostAddress).orElse("an unknown caller"),
            Printable.of(changed.filterText()),
            changed.itemAction().wire());
        profile.change(changed);
        ObjectNode answer = (ObjectNode) Json.tree(self.get());
        answer.putObject("persistence").put("applied", false).put("detail", "disabled_by_config");
        call.answer(200, answer);
      }
    }
  }

  private static JsonNode body(Call call) {
    JsonNode requested;
    try {
      requested = call.json();
    } catch (InvalidInput e) {
      throw Refusal.of(400, "invalid_json");
    }
    if (!requested.isObject()) {
      throw Refusal.of(400, "invalid_payload");
    }
    return requested;
  }
}
