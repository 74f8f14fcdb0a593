package io.dsxconnect.core.api;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.connector.ConnectorState;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Listings;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Connectors at the core: register (also their heartbeat), unregister, list, their small state. */
public final class ConnectorResource implements RouteTable.Resource {
  private static final Param UUID = Param.pathUuid("connector_uuid", "the connector");
  private static final int LONGEST_STATE = 64 * 1024;

  /** Jobs that a connector can say it lists. */
  private static final int MOST_LISTINGS = 100;

  private final Registry registry;
  private final ConnectorState state;
  private final Listings listings;

  public ConnectorResource(Registry registry, ConnectorState state, Listings listings) {
    this.listings = listings;
    this.registry = registry;
    this.state = state;
  }

  /** The uuid is left out when the connector named none. */
  record Registered(
      String status,
      String message,
      String description,
      @com.fasterxml.jackson.annotation.JsonInclude(
              com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
          @Nullable String connectorUuid) {}

  record Value(@Nullable String value) {}

  @Override
  public List<Route> routes() {
    String stated = Routes.CONNECTORS + "/state/{connector_uuid}/{ns}/{key}";
    Param[] place = {
      UUID, Param.pathText("ns", "name space"), Param.pathText("key", "name in the name space")
    };
    return List.of(
        Route.post(Routes.REGISTER, Access.ENROLMENT, "Register, or say that you are still there")
            .body(ConnectorInstance.class)
            .answers(201, "Registered", Registered.class)
            .answers(200, "Refreshed", Registered.class)
            .answers(409, "Another connector with this uuid answers at another address")
            .answers(422, "The URL is a loopback address, and the caller is on another machine")
            .answers(503, "Too many connectors are registered")
            .to(this::register),
        Route.delete(
                Routes.UNREGISTER + "/{connector_uuid}",
                Access.ENROLMENT_OR_CONNECTOR,
                "Say goodbye; harmless when not registered")
            .with(UUID)
            .answers(204, "Forgotten")
            .to(
                call -> {
                  registry.unregister(call.text("connector_uuid"));
                  call.answerNothing();
                }),
        Route.get(Routes.CONNECTORS + "/list", Access.VIEWER, "Who is registered")
            .answers(200, "By name", ConnectorInstance[].class)
            .to(call -> call.answer(200, registry.list())),
        Route.put(stated, Access.CONNECTOR, "Keep a text for a connector")
            .with(place)
            .answers(204, "Kept")
            .answers(404, "No connector with this uuid is registered")
            .answers(413, "It is longer than 64 KiB, or the connector keeps too much")
            .to(this::putState),
        Route.get(stated, Access.CONNECTOR, "Give a connector its text back")
            .with(place)
            .answers(200, "The text, or null", Value.class)
            .to(
                call ->
                    call.answer(
                        200,
                        new Value(
                            state
                                .get(call.text("connector_uuid"), call.text("ns"), call.text("key"))
                                .orElse(null)))),
        Route.post(Routes.CONNECTORS + "/token", Access.ENROLMENT, "An access token")
            .with(Param.text("connector_uuid", "whom it is for"))
            .answers(400, "auth_disabled: connector authentication is off")
            .to(
                call -> {
                  throw Refusal.of(400, "auth_disabled");
                }));
  }

  private void register(Call call) throws InvalidInput {
    Fields fields = Fields.ofBody(call.json());
    ConnectorInstance connector = ConnectorInstance.read(fields);
    // Ours: the jobs for which it lists files now.
    List<String> listing = fields.texts("listing_jobs", MOST_LISTINGS);
    fields.check();
    call.peer()
        .flatMap(peer -> Loopback.fault(connector.url(), peer))
        .ifPresent(
            fault -> {
              throw Refusal.of(422, fault);
            });
    String description = connector.name() + " (" + orNone(connector) + ") @ " + connector.url();
    Registry.Registration registration = registry.register(connector);
    if (registration != Registry.Registration.TAKEN && connector.uuid() != null) {
      listings.alive(connector.uuid(), listing);
    }
    switch (registration) {
      case ADDED ->
          call.answer(201, new Registered("success", "registered", description, connector.uuid()));
      case REFRESHED ->
          call.answer(200, new Registered("success", "refreshed", description, connector.uuid()));
      case TAKEN ->
          throw Refusal.of(
              409,
              "connector_uuid_in_use: another connector with this uuid answers at its own address;"
                  + " give this one a data folder of its own");
      case FULL ->
          throw Refusal.of(
              503,
              "registry_full: "
                  + Registry.MOST
                  + " connectors are registered; unregister those that are not used");
    }
  }

  private static String orNone(ConnectorInstance connector) {
    return connector.uuid() == null ? "None" : connector.uuid();
  }

  private void putState(Call call) {
    byte[] body = call.bytes();
    if (body.length > LONGEST_STATE) {
      throw Refusal.of(413, "a state is at most " + LONGEST_STATE + " bytes");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.of(422, "a state must be UTF-8 text");
    }
    String namespace = call.text("ns");
    String key = call.text("key");
    if (!ConnectorState.NAME.matcher(namespace).matches()
        || !ConnectorState.NAME.matcher(key).matches()) {
      throw Refusal.of(422, "namespace and key must match " + ConnectorState.NAME);
    }
    switch (state.put(call.text("connector_uuid"), namespace, key, text)) {
      case OK -> call.answerNothing();
      case UNKNOWN -> throw Refusal.of(404, "no connector with this uuid is registered");
      case FULL -> throw Refusal.of(413, "a connector keeps at most 64 texts, of 256 KiB together");
    }
  }
}
