package io.dsxconnect.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects the faults of one object and of the objects in it, at most 100, so that the answer to a
 * body with a million faults stays short. Not thread-safe.
 */
final class Faults {
  private final List<Object> place;
  private final List<Problem> found;

  private Faults(List<Object> place, List<Problem> found) {
    this.place = place;
    this.found = found;
  }

  /** No faults yet, of the object at this place. */
  static Faults at(List<Object> place) {
    return new Faults(place, new ArrayList<>());
  }

  /** The same faults, for the object in this field. */
  Faults in(String field) {
    return new Faults(place(field), found);
  }

  List<Object> place() {
    return place;
  }

  List<Object> place(String field) {
    List<Object> whole = new ArrayList<>(place);
    whole.add(field);
    return whole;
  }

  void add(Problem problem) {
    if (found.size() < InvalidInput.MAX_PROBLEMS) {
      found.add(problem);
    }
  }

  /** Adds a fault of a field, see {@link Problem}. */
  void add(String type, String field, String message, JsonNode given) {
    add(type, field, message, given, null);
  }

  void add(
      String type,
      String field,
      String message,
      JsonNode given,
      @Nullable Map<String, Object> ctx) {
    add(new Problem(type, place(field), message, given, ctx));
  }

  void check() throws InvalidInput {
    if (!found.isEmpty()) {
      throw new InvalidInput(found);
    }
  }
}
