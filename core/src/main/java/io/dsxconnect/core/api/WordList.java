package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads lists of known words, separated by commas. */
final class WordList {
  private static final int MAX_ECHO_CHARS = 40;

  private WordList() {}

  /**
   * What the words of a list stand for; empty if one of them is unknown.
   *
   * @param text the list; blank words are skipped
   * @param known the words, in the order in which the fault names them
   * @param place of the list in the request
   * @param problems gets the fault of the first unknown word
   */
  static <T> List<T> read(
      String text, Map<String, T> known, List<Object> place, List<Problem> problems) {
    List<T> found = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      T value = known.get(word.strip());
      if (value != null) {
        found.add(value);
      } else if (!word.isBlank()) {
        String shown = Printable.of(word.substring(0, Math.min(word.length(), MAX_ECHO_CHARS)));
        problems.add(
            Problem.notOneOf(
                List.copyOf(known.keySet()), place, JsonNodeFactory.instance.textNode(shown)));
        return List.of();
      }
    }
    return found;
  }
}
