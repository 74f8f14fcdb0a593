package io.dsxconnect.routes;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Parses a query string in the format of HTML forms: a plus is a space. The last value of a
 * repeated name is used.
 */
final class QueryText {
  private QueryText() {}

  /**
   * Names and values in the order of the first occurrence; a name without a value has an empty one.
   */
  static Map<String, String> read(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
      if (!name.isEmpty()) {
        query.put(name, equals < 0 ? "" : decoded(pair.substring(equals + 1)));
      }
    }
    return query;
  }

  /** Decodes percent-encoding; text with an invalid encoding is returned unchanged. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
