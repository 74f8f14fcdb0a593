package io.dsxconnect.bench;

import io.dsxconnect.core.queue.Stage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;

/** The distribution of the API and the four stages over processes. */
enum Layout {
  /** One process for all. */
  ONE,
  /** One process for the API and one per stage. */
  FOUR;

  /** Starts the processes, by role. The first serves the API. */
  SequencedMap<String, Child> start(String classPath, Map<String, String> settings) {
    SequencedMap<String, Child> children = new LinkedHashMap<>();
    String api = this == ONE ? "all-in-one" : "api";
    children.put(api, Child.start(classPath, settings, api, "--host", "127.0.0.1", "--port", "0"));
    if (this == FOUR) {
      for (Stage stage : Stage.values()) {
        children.put(
            stage.name().toLowerCase(Locale.ROOT),
            Child.start(classPath, settings, "worker", "-Q", stage.queue()));
      }
    }
    return children;
  }
}
