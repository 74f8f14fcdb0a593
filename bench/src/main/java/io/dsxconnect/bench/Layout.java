package io.dsxconnect.bench;

import io.dsxconnect.core.queue.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How the API and the four stages are spread over processes. */
enum Layout {
  /** All in one process. */
  ONE,
  /** One process for the API and one for each stage. */
  FOUR;

  /** Starts them; the first one serves the API. */
  List<Child> start(Map<String, String> settings) {
    List<Child> children = new ArrayList<>();
    String api = this == ONE ? "all-in-one" : "api";
    children.add(Child.start(settings, api, "--host", "127.0.0.1", "--port", "0"));
    if (this == FOUR) {
      Arrays.stream(Stage.values())
          .map(stage -> Child.start(settings, "worker", "-Q", stage.queue()))
          .forEach(children::add);
    }
    return children;
  }
}
