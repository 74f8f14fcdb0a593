package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Problem;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Query parameters, with the contract's 422 for what does not fit. */
final class Query {
  private Query() {}

  /**
   * A whole number of at least 1; 0 when absent.
   *
   * @throws InvalidInput for anything else
   */
  static int positive(ServerRequest req, String name) throws InvalidInput {
    String given = req.query().first(name).orElse(null);
    if (given == null) {
      return 0;
    }
    int value;
    try {
      value = Integer.parseInt(given.strip());
    } catch (NumberFormatException e) {
      throw fault(
          "int_parsing",
          name,
          "Input should be a valid integer, unable to parse string as an integer",
          given,
          null);
    }
    if (value < 1) {
      throw fault(
          "greater_than_equal",
          name,
          "Input should be greater than or equal to 1",
          given,
          Map.of("ge", 1));
    }
    return value;
  }

  /**
   * Yes or no, in the spellings that the original takes; absent means no.
   *
   * @throws InvalidInput for anything else
   */
  static boolean flag(ServerRequest req, String name) throws InvalidInput {
    String given = req.query().first(name).orElse("false");
    return switch (given.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "y", "on", "t" -> true;
      case "false", "0", "no", "n", "off", "f" -> false;
      default ->
          throw fault(
              "bool_parsing",
              name,
              "Input should be a valid boolean, unable to interpret input",
              given,
              null);
    };
  }

  /** How many locations a check shows: bad or absent means none. */
  static int preview(ServerRequest req) {
    try {
      return Math.clamp(Long.parseLong(req.query().first("preview").orElse("0").strip()), 0, 1000);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static InvalidInput fault(
      String type, String name, String msg, String given, @Nullable Map<String, Object> ctx) {
    return new InvalidInput(
        List.of(
            new Problem(
                type, List.of("query", name), msg, JsonNodeFactory.instance.textNode(given), ctx)));
  }
}
