package io.dsxconnect.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request to a route, its parameters checked against the route. */
public final class Call {
  private static final int LONGEST_HEADER = 200;

  private final Route route;
  private final ServerRequest request;
  private final ServerResponse response;
  private final Map<String, Object> values;
  private final Map<String, String> query;

  private Call(
      Route route,
      ServerRequest request,
      ServerResponse response,
      Map<String, Object> values,
      Map<String, String> query) {
    this.route = route;
    this.request = request;
    this.response = response;
    this.values = values;
    this.query = query;
  }

  /**
   * @param path the parameters of the path, decoded
   */
  static Call of(
      Route route, Map<String, String> path, ServerRequest request, ServerResponse response)
      throws InvalidInput {
    Map<String, String> query = QueryText.read(request.prologue().query().rawValue());
    Map<String, Object> values = new HashMap<>();
    List<Problem> problems = new ArrayList<>();
    for (Param param : route.params()) {
      String text = param.in() == Param.In.PATH ? path.get(param.name()) : query.get(param.name());
      if (text == null) {
        if (param.unset() != null) {
          values.put(param.name(), param.unset());
        }
        continue;
      }
      switch (param.parse(text)) {
        case Param.Parsed.Value value -> values.put(param.name(), value.value());
        case Param.Parsed.Fault fault -> problems.add(fault.problem());
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
    return new Call(route, request, response, values, query);
  }

  /** The address that the call came from; empty when that is not known. */
  public Optional<InetAddress> peer() {
    return request.remotePeer().address() instanceof InetSocketAddress address
        ? Optional.ofNullable(address.getAddress())
        : Optional.empty();
  }

  /** A parameter that has a value: one of the path, or one with a default. */
  public String text(String name) {
    return (String) Objects.requireNonNull(values.get(name), name);
  }

  /** A text that may be absent; a blank one counts as absent. */
  public Optional<String> given(String name) {
    return Optional.ofNullable((String) values.get(name)).filter(text -> !text.isBlank());
  }

  public Optional<Long> number(String name) {
    return Optional.ofNullable((Long) values.get(name));
  }

  /** A whole number that has a default and fits. */
  public int count(String name) {
    return Math.toIntExact((Long) Objects.requireNonNull(values.get(name), name));
  }

  public double seconds(String name) {
    return (Double) Objects.requireNonNull(values.get(name), name);
  }

  public boolean flag(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  /** Every query parameter in the order in which they came, the last of a repeated one. */
  public Map<String, String> query() {
    return new LinkedHashMap<>(query);
  }

  /**
   * A header; null when absent or blank.
   *
   * @throws InvalidInput when it is longer than anybody means it to be: cut, it would mean another
   */
  public @Nullable String header(String name) throws InvalidInput {
    String value =
        request.headers().value(HeaderNames.create(name)).filter(v -> !v.isBlank()).orElse(null);
    if (value != null && value.length() > LONGEST_HEADER) {
      throw new InvalidInput(
          List.of(
              new Problem(
                  "string_too_long",
                  List.of("header", name),
                  "String should have at most " + LONGEST_HEADER + " characters",
                  JsonNodeFactory.instance.textNode(value.substring(0, 40)),
                  Map.of("max_length", LONGEST_HEADER))));
    }
    return value;
  }

  /** The body as JSON; an absent Content-Type means JSON. */
  public JsonNode json() throws InvalidInput {
    return Bodies.json(request, route.longestBody());
  }

  /** The body as it came, declared to be JSON or nothing; not looked into. */
  public byte[] jsonBytes() throws InvalidInput {
    byte[] body = bytes();
    if (!Bodies.isJson(request.headers().value(HeaderNames.CONTENT_TYPE).orElse(null))) {
      throw InvalidInput.notAnObject(
          new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8));
    }
    return body;
  }

  /** A header, cut to the longest that is kept; null when absent or blank. */
  public @Nullable String cutHeader(String name) {
    String value =
        request.headers().value(HeaderNames.create(name)).filter(v -> !v.isBlank()).orElse(null);
    return value == null || value.length() <= LONGEST_HEADER
        ? value
        : value.substring(0, LONGEST_HEADER);
  }

  /** The body as JSON; null when there is none. */
  public @Nullable JsonNode jsonIfAny() throws InvalidInput {
    return Bodies.jsonIfAny(request, route.longestBody());
  }

  /** The body as it came. */
  public byte[] bytes() {
    return Bodies.read(request, route.longestBody());
  }

  public Call setHeader(String name, String value) {
    response.headers().set(HeaderNames.create(name), value);
    return this;
  }

  public void answer(int status, Object body) {
    HttpServer.send(request, response, status, body);
  }

  public void answerNothing() {
    response.status(io.helidon.http.Status.NO_CONTENT_204).send();
  }

  /** The server's own request, for bodies that are streamed and headers of any length. */
  public ServerRequest request() {
    return request;
  }

  /** The server's own response, for content that needs more than the methods here. */
  public ServerResponse response() {
    return response;
  }

  /** Text or bytes of another type than JSON. */
  public void answer(String contentType, byte[] body) {
    setHeader("Content-Type", contentType);
    response.send(body);
  }

  /** Begins an answer of unknown length. */
  public OutputStream stream(String contentType) {
    setHeader("Content-Type", contentType);
    return response.outputStream();
  }
}
