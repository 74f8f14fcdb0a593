package io.dsxconnect.contract;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fault of an input, in the shape that clients of the original expect inside a 422's {@code
 * detail} array.
 *
 * @param type what kind of fault, for example {@code missing} or {@code int_parsing}
 * @param loc where: {@code body}, {@code path}, {@code query} or {@code header}, then names and
 *     indexes
 * @param msg one sentence for a person
 * @param input what was given; null when nothing was
 * @param ctx limits or expected values, absent when there are none
 */
public record Problem(
    String type,
    List<Object> loc,
    String msg,
    @Nullable JsonNode input,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Map<String, Object> ctx) {

  public Problem {
    loc = List.copyOf(loc);
  }
}
