package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Path and query parameters, with the contract's 422 for what does not fit. */
final class Parameters {
  private Parameters() {}

  /** A whole number; empty when absent. Below {@code min} is a fault. */
  static OptionalInt number(ServerRequest req, String name, int min) throws InvalidInput {
    String given = req.query().first(name).orElse(null);
    if (given == null) {
      return OptionalInt.empty();
    }
    int value;
    try {
      value = Integer.parseInt(given.strip());
    } catch (NumberFormatException e) {
      throw fault(
          "int_parsing",
          List.of("query", name),
          "Input should be a valid integer, unable to parse string as an integer",
          given,
          null);
    }
    if (value < min) {
      throw fault(
          "greater_than_equal",
          List.of("query", name),
          "Input should be greater than or equal to " + min,
          given,
          Map.of("ge", min));
    }
    return OptionalInt.of(value);
  }

  /** A UUID in the path, in its canonical spelling. */
  static String uuid(ServerRequest req, String name) throws InvalidInput {
    String given = req.path().pathParameters().get(name);
    String uuid = Fields.canonicalUuid(given);
    if (uuid == null) {
      throw fault(
          "uuid_parsing", List.of("path", name), "Input should be a valid UUID", given, null);
    }
    return uuid;
  }

  private static InvalidInput fault(
      String type,
      List<Object> loc,
      String msg,
      String given,
      @org.jspecify.annotations.Nullable Map<String, Object> ctx) {
    return new InvalidInput(
        List.of(new Problem(type, loc, msg, JsonNodeFactory.instance.textNode(given), ctx)));
  }
}
