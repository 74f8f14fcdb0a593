package io.dsxconnect.routes;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A route's path with {@code {names}} for parameters. Paths are split into segments before they are
 * decoded, so that an encoded slash belongs to its segment and never changes the route. Immutable.
 */
record PathTemplate(List<String> parts) {

  static PathTemplate of(String path) {
    return new PathTemplate(List.of(path.split("/", -1)));
  }

  /**
   * The decoded segments of a path.
   *
   * @param rawPath as received, encoded
   * @return empty if a segment has an invalid encoding or is not UTF-8; such a path has no route
   */
  static List<String> segments(String rawPath) {
    List<String> segments = new ArrayList<>();
    try {
      for (String segment : rawPath.split("/", -1)) {
        segments.add(segment.indexOf('%') < 0 ? segment : decoded(segment));
      }
    } catch (CharacterCodingException e) {
      return List.of();
    }
    return segments;
  }

  private static String decoded(String segment) throws CharacterCodingException {
    ByteBuffer bytes = ByteBuffer.allocate(segment.length() * 3);
    for (int i = 0; i < segment.length(); i++) {
      char c = segment.charAt(i);
      if (c != '%') {
        bytes.put(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        continue;
      }
      int high = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
      int low = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 2), 16) : -1;
      if (high < 0 || low < 0) {
        throw new CharacterCodingException();
      }
      bytes.put((byte) (high << 4 | low));
      i += 2;
    }
    return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
  }

  /** Whether a path, as decoded segments, matches; the value of a parameter is never empty. */
  boolean matches(List<String> path) {
    if (path.size() != parts.size()) {
      return false;
    }
    for (int i = 0; i < path.size(); i++) {
      String part = parts.get(i);
      if (isParameter(part) ? path.get(i).isEmpty() : !part.equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The values of the path's parameters, for a path that matches. */
  Map<String, String> values(List<String> path) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < parts.size(); i++) {
      if (isParameter(parts.get(i))) {
        values.put(parts.get(i).substring(1, parts.get(i).length() - 1), path.get(i));
      }
    }
    return values;
  }

  private static boolean isParameter(String part) {
    return part.startsWith("{");
  }
}
