package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.contract.Surrogates;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What callers may name a job: it becomes a key, a header, a part of paths and of log lines. */
final class JobIds {
  private static final int LONGEST = 256;

  private JobIds() {}

  static boolean isOne(String id) {
    return id.length() <= LONGEST
        && id.chars().noneMatch(Character::isISOControl)
        && !Surrogates.anyAlone(id);
  }

  /**
   * @throws InvalidInput when it is none
   */
  static String checked(String id, Object... place) throws InvalidInput {
    if (!isOne(id)) {
      throw new InvalidInput(List.of(problem(List.of(place), id)));
    }
    return id;
  }

  static Problem problem(List<Object> place, String id) {
    return new Problem(
        "value_error",
        place,
        "Value error, a job id has at most " + LONGEST + " characters and no control characters",
        JsonNodeFactory.instance.textNode(Printable.of(id)),
        null);
  }

  /** The id as a header can carry it: anything but visible ASCII percent-encoded. */
  static String header(String id) {
    return id.chars().allMatch(c -> c > ' ' && c < 0x7f)
        ? id
        : URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
