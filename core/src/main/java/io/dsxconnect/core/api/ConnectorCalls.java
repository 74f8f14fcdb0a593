package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.ConnectorRequest;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.connector.WrongConnectorException;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the connector that a request names, and words its failures for the client. A call blocks
 * for the connector's answer, at most the client timeout. Thread-safe.
 */
final class ConnectorCalls {
  private static final Logger log = LoggerFactory.getLogger(ConnectorCalls.class);

  /**
   * Would say that the client is not admitted here, or needs a proxy: it is the core that is not.
   */
  private static final Set<Integer> NOT_PASSED_ON = Set.of(401, 403, 407);

  private static final String PATH_PARAM = "connector_uuid";
  private static final Param UUID = Param.pathUuid(PATH_PARAM, "UUID of the connector");

  private final Registry registry;
  private final ConnectorClient client;

  ConnectorCalls(Registry registry, ConnectorClient client) {
    this.registry = registry;
    this.client = client;
  }

  /** Begins a route that reads from a connector. */
  static Route.Builder get(String path, String summary) {
    return described(Route.get(path(path), Access.VIEWER, summary));
  }

  /** The path of a route for one connector. */
  static String path(String path) {
    return Routes.CONNECTORS + path + "/{" + PATH_PARAM + "}";
  }

  /** Adds the parameter and the answers that all these routes have. */
  static Route.Builder described(Route.Builder route) {
    return route
        .with(UUID)
        .answers(404, "No connector with this UUID is registered")
        .answers(502, "The connector does not answer");
  }

  static String uuid(Call call) {
    return call.text(PATH_PARAM);
  }

  /**
   * The connector that the request names.
   *
   * @param notFound begins the detail of the 404, before the UUID
   * @throws Refusal 404 when it is not registered
   */
  ConnectorInstance connector(Call call, String notFound) {
    String uuid = uuid(call);
    return registry.find(uuid).orElseThrow(() -> Refusal.of(404, notFound + uuid));
  }

  ConnectorInstance connector(Call call) {
    return connector(call, "No connector found with UUID=");
  }

  /**
   * Sends one request to a connector.
   *
   * @throws IOException when there is no answer
   */
  ConnectorClient.Answer send(ConnectorInstance connector, ConnectorRequest request)
      throws IOException {
    return client.call(connector, request);
  }

  /**
   * The body of the connector's 2xx answer.
   *
   * @throws Refusal 404 when it is not registered, 502 without an answer; any other answer becomes
   *     the client's error
   */
  byte[] ask(Call call, ConnectorRequest request) {
    ConnectorInstance connector = connector(call);
    ConnectorClient.Answer answer;
    try {
      answer = send(connector, request);
    } catch (IOException e) {
      throw unavailable(connector, e);
    }
    if (answer.status() / 100 != 2) {
      throw upstream(answer);
    }
    return answer.body();
  }

  static String why(IOException e) {
    return Printable.of(Objects.requireNonNullElse(e.getMessage(), ConnectorClient.kind(e)));
  }

  /** Answers with the original's text and logs the cause. */
  static Refusal unavailable(ConnectorInstance connector, IOException e) {
    logFailure(connector, e);
    return Refusal.of(
        502,
        e instanceof WrongConnectorException wrong
            ? wrong.reason()
            : "Connector service unavailable: " + ConnectorClient.kind(e));
  }

  static void logFailure(ConnectorInstance connector, IOException e) {
    log.warn("connector {} cannot be called: {}", Printable.of(connector.url()), why(e));
  }

  /** The 502 for a 200 that is not a status, for example a proxy's login page. */
  static Refusal notTheConnector() {
    return Refusal.of(
        502, "the server that answered 200 is not the connector: its body is not a status");
  }

  /** The client's error for an answer that is not 2xx; the connector's texts are in it. */
  static Refusal upstream(ConnectorClient.Answer answer) {
    RefusedConfig refused = RefusedConfig.in(answer.body());
    if (NOT_PASSED_ON.contains(answer.status())) {
      return Refusal.of(
          502, "the connector refused the core: HTTP " + answer.status() + ": " + refused.detail());
    }
    int status = answer.status() >= 400 && answer.status() < 600 ? answer.status() : 502;
    return refused.errors().isEmpty()
        ? Refusal.of(status, refused.detail())
        : Refusal.withBody(status, refused);
  }

  /**
   * Parses an answer.
   *
   * @throws Refusal 502 when it is not a JSON object
   */
  static ObjectNode object(byte[] body) {
    try {
      if (Json.parse(body) instanceof ObjectNode object) {
        return object;
      }
    } catch (InvalidInput e) {
      throw Refusal.of(502, "the connector's answer is not JSON");
    }
    throw Refusal.of(502, "the connector's answer is not a JSON object");
  }

  static String encoded(Map<String, String> query) {
    return query.entrySet().stream()
        .map(
            e ->
                URLEncoder.encode(e.getKey(), StandardCharsets.UTF_8)
                    + "="
                    + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
