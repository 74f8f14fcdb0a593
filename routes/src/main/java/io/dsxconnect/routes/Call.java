package io.dsxconnect.routes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.JsonAnswer;
import io.dsxconnect.http.server.Refusal;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
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

/**
 * One request to a route, with validated parameters. Reading a body and sending an answer block.
 * Confined to the request's thread.
 */
public final class Call {
  private static final int MAX_HEADER_CHARS = 200;

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
   * Validates the parameters of a request.
   *
   * @param path the values of the path's parameters, decoded
   * @throws InvalidInput with every invalid parameter
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
        if (param.defaultValue() != null) {
          values.put(param.name(), param.defaultValue());
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

  /** {@return the client's address; empty if unknown} */
  public Optional<InetAddress> peer() {
    return request.remotePeer().address() instanceof InetSocketAddress address
        ? Optional.ofNullable(address.getAddress())
        : Optional.empty();
  }

  /**
   * Reads a text parameter of the path or with a default.
   *
   * @param name of the parameter
   * @return the validated text
   * @throws NullPointerException if it has no value
   */
  public String text(String name) {
    return (String) Objects.requireNonNull(values.get(name), name);
  }

  /**
   * Reads a text parameter that may be absent.
   *
   * @param name of the parameter
   * @return empty if it is absent or blank
   */
  public Optional<String> given(String name) {
    return Optional.ofNullable((String) values.get(name)).filter(text -> !text.isBlank());
  }

  /**
   * Reads a whole number or time parameter that may be absent.
   *
   * @param name of the parameter
   * @return the number, of a time seconds since the epoch; empty if it is absent
   */
  public Optional<Long> number(String name) {
    return Optional.ofNullable((Long) values.get(name));
  }

  /**
   * Reads a whole number parameter with a default, within the range of an int.
   *
   * @param name of the parameter
   * @return the validated number
   * @throws NullPointerException if it has no value
   * @throws ArithmeticException if the value does not fit into an int
   */
  public int count(String name) {
    return Math.toIntExact((Long) Objects.requireNonNull(values.get(name), name));
  }

  /**
   * Reads a number parameter with a default.
   *
   * @param name of the parameter
   * @return the validated number, in the unit that the parameter declares
   * @throws NullPointerException if it has no value
   */
  public double seconds(String name) {
    return (Double) Objects.requireNonNull(values.get(name), name);
  }

  /**
   * Reads a boolean parameter.
   *
   * @param name of the parameter
   * @return false if it has no value
   */
  public boolean flag(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }

  /**
   * {@return all query parameters, decoded, in the order received; of a repeated one, the last
   * value. A copy that the caller may change}
   */
  public Map<String, String> query() {
    return new LinkedHashMap<>(query);
  }

  /**
   * Refuses query parameters that the route does not declare, and blank ones. For routes that
   * delete or act: a filter that is misspelled or empty must not select more than its sender meant.
   *
   * @throws InvalidInput naming each of them
   */
  public void requireDeclaredQuery() throws InvalidInput {
    List<Problem> problems = new ArrayList<>();
    query.forEach(
        (name, text) -> {
          List<Object> place = List.of("query", name);
          JsonNode input = JsonNodeFactory.instance.textNode(text);
          if (route.params().stream()
              .noneMatch(p -> p.in() == Param.In.QUERY && p.name().equals(name))) {
            problems.add(
                new Problem(
                    "extra_forbidden", place, "Extra inputs are not permitted", input, null));
          } else if (text.isBlank()) {
            problems.add(
                new Problem(
                    "string_too_short",
                    place,
                    "String should have at least 1 character",
                    input,
                    Map.of("min_length", 1)));
          }
        });
    if (!problems.isEmpty()) {
      throw new InvalidInput(problems);
    }
  }

  /**
   * Reads a header that identifies something.
   *
   * @param name of the header, in any case
   * @return null if absent or blank
   * @throws InvalidInput if it is longer than 200 characters; truncated, it would identify
   *     something else
   */
  public @Nullable String header(String name) throws InvalidInput {
    String value =
        request.headers().value(HeaderNames.create(name)).filter(v -> !v.isBlank()).orElse(null);
    if (value != null && value.length() > MAX_HEADER_CHARS) {
      throw new InvalidInput(
          List.of(
              new Problem(
                  "string_too_long",
                  List.of("header", name),
                  "String should have at most " + MAX_HEADER_CHARS + " characters",
                  JsonNodeFactory.instance.textNode(value.substring(0, 40)),
                  Map.of("max_length", MAX_HEADER_CHARS))));
    }
    return value;
  }

  /**
   * Reads the body as JSON; a missing Content-Type counts as JSON.
   *
   * @return any JSON value except null
   * @throws InvalidInput if the body is missing, null or not JSON
   * @throws Refusal if the body is too large, incomplete or too slow, see {@link Bodies}
   */
  public JsonNode json() throws InvalidInput {
    return Bodies.json(request, route.maxBodyBytes());
  }

  /**
   * Reads the bytes of a body whose Content-Type is JSON or missing; does not parse them.
   *
   * @return empty if there is no body
   * @throws InvalidInput if the Content-Type is another one
   * @throws Refusal if the body is too large, incomplete or too slow, see {@link Bodies}
   */
  public byte[] jsonBytes() throws InvalidInput {
    byte[] body = bytes();
    if (!Bodies.isJson(request.headers().value(HeaderNames.CONTENT_TYPE).orElse(null))) {
      throw InvalidInput.notAnObject(
          new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8));
    }
    return body;
  }

  /**
   * Reads a header for display.
   *
   * @param name of the header, in any case
   * @return the first 200 characters; null if absent or blank
   */
  public @Nullable String truncatedHeader(String name) {
    String value =
        request.headers().value(HeaderNames.create(name)).filter(v -> !v.isBlank()).orElse(null);
    return value == null || value.length() <= MAX_HEADER_CHARS
        ? value
        : value.substring(0, MAX_HEADER_CHARS);
  }

  /**
   * Reads the body as JSON, if there is one; a missing Content-Type counts as JSON.
   *
   * @return null if there is no body
   * @throws InvalidInput if the body is not JSON
   * @throws Refusal if the body is too large, incomplete or too slow, see {@link Bodies}
   */
  public @Nullable JsonNode jsonIfAny() throws InvalidInput {
    return Bodies.jsonIfAny(request, route.maxBodyBytes());
  }

  /**
   * Reads the bytes of the body; does not parse them.
   *
   * @return empty if there is no body
   * @throws Refusal if the body is too large, incomplete or too slow, see {@link Bodies}
   */
  public byte[] bytes() {
    return Bodies.read(request, route.maxBodyBytes());
  }

  /**
   * Sets a response header; call it before the answer is sent.
   *
   * @param name of the header
   * @param value replaces an earlier one
   * @return this call
   */
  public Call setHeader(String name, String value) {
    response.headers().set(HeaderNames.create(name), value);
    return this;
  }

  /**
   * Sends a status and a JSON body.
   *
   * @param status of HTTP
   * @param body a record, map, list or JSON node
   */
  public void answer(int status, Object body) {
    JsonAnswer.send(request, response, status, body);
  }

  /** Sends 204 without a body. */
  public void answerNothing() {
    response.status(io.helidon.http.Status.NO_CONTENT_204).send();
  }

  /** {@return the server's request, for streamed bodies and headers of any length} */
  public ServerRequest request() {
    return request;
  }

  /** {@return the server's response, for content that the methods here cannot send} */
  public ServerResponse response() {
    return response;
  }

  /**
   * Sends 200 with content of any type.
   *
   * @param contentType the Content-Type header
   * @param body the content
   */
  public void answer(String contentType, byte[] body) {
    setHeader("Content-Type", contentType);
    response.send(body);
  }

  /**
   * Starts an answer of unknown length with status 200.
   *
   * @param contentType the Content-Type header
   * @return where to write the content; the caller closes it, which ends the answer
   */
  public OutputStream stream(String contentType) {
    setHeader("Content-Type", contentType);
    return response.outputStream();
  }

  /**
   * Ends an answer that has begun and cannot be completed: the connection is closed, so that no
   * client takes it for a complete one. Do not close its stream.
   *
   * @param reason for the log
   * @param cause why it cannot be completed
   * @return the exception to throw
   */
  public RuntimeException broken(String reason, Throwable cause) {
    return new CloseConnectionException(reason, cause);
  }
}
