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

/**
 * Registration of connectors, which is also their heartbeat, their list, and the small texts that
 * they store. Thread-safe. See docs/wire.md, "Registration".
 */
public final class ConnectorResource implements RouteTable.Resource {
  private static final Param UUID = Param.pathUuid("connector_uuid", "UUID of the connector");
  private static final int MAX_STATE_BYTES = 64 * 1024;

  /** Jobs that one registration can report as being listed. */
  private static final int MAX_LISTING_JOBS = 100;

  private final Registry registry;
  private final ConnectorState state;
  private final Listings listings;

  public ConnectorResource(Registry registry, ConnectorState state, Listings listings) {
    this.listings = listings;
    this.registry = registry;
    this.state = state;
  }

  /** The uuid is absent when the connector sent none. */
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
    String statePath = Routes.CONNECTORS + "/state/{connector_uuid}/{ns}/{key}";
    Param[] place = {
      UUID, Param.pathText("ns", "Namespace"), Param.pathText("key", "Name in the namespace")
    };
    return List.of(
        Route.post(
                Routes.REGISTER,
                Access.ENROLMENT,
                "Register a connector, or renew its registration")
            .body(ConnectorInstance.class)
            .answers(201, "Registered", Registered.class)
            .answers(200, "Refreshed", Registered.class)
            .answers(409, "Another connector with this UUID answers at another address")
            .answers(
                422,
                "The URL is not http(s), its address is one that is never called, or it is a"
                    + " loopback address and the caller is on another machine")
            .answers(503, "Too many connectors are registered")
            .to(this::register),
        Route.delete(
                Routes.UNREGISTER + "/{connector_uuid}",
                Access.ENROLMENT_OR_CONNECTOR,
                "Unregister a connector; no effect when it is not registered")
            .with(UUID)
            .answers(204, "Unregistered")
            .to(
                call -> {
                  registry.unregister(call.text("connector_uuid"));
                  call.answerNothing();
                }),
        Route.get(Routes.CONNECTORS + "/list", Access.VIEWER, "List the registered connectors")
            .answers(200, "The connectors, by name", ConnectorInstance[].class)
            .to(call -> call.answer(200, registry.list())),
        Route.put(statePath, Access.CONNECTOR, "Store a text for a connector")
            .with(place)
            .answers(204, "Stored")
            .answers(404, "No connector with this UUID is registered")
            .answers(413, "The text is longer than 64 KiB, or the connector stores too much")
            .to(this::putState),
        Route.get(statePath, Access.CONNECTOR, "Get a text that a connector stored")
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
        Route.post(Routes.CONNECTORS + "/token", Access.ENROLMENT, "Get an access token")
            .with(Param.text("connector_uuid", "UUID of the connector that uses it"))
            .answers(400, "auth_disabled: connector authentication is off")
            .to(
                call -> {
                  throw Refusal.of(400, "auth_disabled");
                }));
  }

  private void register(Call call) throws InvalidInput {
    Fields fields = Fields.ofBody(call.json());
    ConnectorInstance connector = ConnectorInstance.read(fields);
    // Sent by our connectors only: the jobs for which they list files now.
    List<String> listing = fields.texts("listing_jobs", MAX_LISTING_JOBS);
    fields.check();
    ConnectorUrl.fault(connector.url())
        .ifPresent(
            fault -> {
              throw Refusal.of(422, fault);
            });
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
                  + Registry.MAX_CONNECTORS
                  + " connectors are registered; unregister those that are not used");
    }
  }

  private static String orNone(ConnectorInstance connector) {
    return connector.uuid() == null ? "None" : connector.uuid();
  }

  private void putState(Call call) {
    byte[] body = call.bytes();
    if (body.length > MAX_STATE_BYTES) {
      throw Refusal.of(413, "a state is at most " + MAX_STATE_BYTES + " bytes");
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
