package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.contract.Surrogates;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * Validates job ids that callers choose: they become keys, headers, and parts of paths and logs.
 */
final class JobIds {
  private static final int MAX_CHARS = 256;

  private JobIds() {}

  /** What clients remove from the path of a URL, encoded or not: no route could name such a job. */
  private static final Set<String> DOT_SEGMENTS = Set.of(".", "..");

  /**
   * Whether this has at most 256 characters, no control characters and no lone surrogates, and is
   * neither {@code .} nor {@code ..}.
   */
  static boolean isValid(String id) {
    return id.length() <= MAX_CHARS
        && !DOT_SEGMENTS.contains(id)
        && id.chars().noneMatch(Character::isISOControl)
        && !Surrogates.anyAlone(id);
  }

  /**
   * Returns a valid id.
   *
   * @param place of the id in the request, for the error
   * @throws InvalidInput when the id is invalid
   */
  static String checked(String id, Object... place) throws InvalidInput {
    if (!isValid(id)) {
      throw new InvalidInput(List.of(problem(List.of(place), id)));
    }
    return id;
  }

  static Problem problem(List<Object> place, String id) {
    return new Problem(
        "value_error",
        place,
        "Value error, a job id has at most "
            + MAX_CHARS
            + " characters, no control characters, and is neither . nor ..",
        JsonNodeFactory.instance.textNode(Printable.of(id)),
        null);
  }

  /** The id as a header value, percent-encoded unless it is visible ASCII. */
  static String header(String id) {
    return id.chars().allMatch(c -> c > ' ' && c < 0x7f)
        ? id
        : URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
