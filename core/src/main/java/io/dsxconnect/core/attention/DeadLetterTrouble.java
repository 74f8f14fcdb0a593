package io.dsxconnect.core.attention;

import static io.dsxconnect.core.attention.Trouble.number;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.attention.Trouble.Subject;
import io.dsxconnect.core.attention.Trouble.Words;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Dead letters, and stages that stopped because they have too many. Thread-safe. */
@ThreadSafe
final class DeadLetterTrouble implements TroubleSource {
  private final Letters deadLetters;

  DeadLetterTrouble(Letters deadLetters) {
    this.deadLetters = deadLetters;
  }

  /**
   * What is known of the dead letters of a stage. Implementations are thread-safe and may block.
   */
  interface Letters {
    long count(Stage stage);

    /** When the oldest came, seconds since the epoch; empty when there is none. */
    OptionalLong oldestAt(Stage stage);

    /** When the newest came, seconds since the epoch; empty when there is none. */
    OptionalLong newestAt(Stage stage);
  }

  @Override
  public List<Trouble> find() {
    List<Trouble> found = new ArrayList<>();
    for (Stage stage : DeadLetters.STAGES) {
      long letters = deadLetters.count(stage);
      String link = "/dead-letters?queue=" + stage.deadLetters();
      Subject queue = new Subject("queue", stage.deadLetters(), stage.queue());
      if (letters >= DeadLetters.MAX_PER_STAGE) {
        // It stopped with the last one.
        found.add(
            since(
                deadLetters.newestAt(stage),
                Trouble.of(
                        Kind.STAGE_STOPPED,
                        link,
                        new Words(
                            "The " + name(stage) + " stage has stopped",
                            "It has as many dead letters as it may have, and starts no task until"
                                + " some are replayed or discarded."))
                    .about(queue)
                    .counting(letters)));
      } else if (letters > 0) {
        found.add(
            since(
                deadLetters.oldestAt(stage),
                Trouble.of(
                        Kind.DEAD_LETTERS,
                        link,
                        new Words(
                            number(letters, "dead letter")
                                + " of the "
                                + name(stage)
                                + " stage "
                                + (letters == 1 ? "waits" : "wait")
                                + " for a decision",
                            "The pipeline gave these tasks up. Replay them when the cause is gone,"
                                + " or discard them; after 30 days they are deleted."))
                    .about(queue)
                    .counting(letters)));
      }
    }
    return found;
  }

  private static Trouble since(OptionalLong seconds, Trouble trouble) {
    return seconds.isEmpty() ? trouble : trouble.since(seconds.getAsLong());
  }

  static String name(Stage stage) {
    return switch (stage) {
      case SCAN -> "scan";
      case ACTION -> "action";
      case RESULT -> "result";
      case NOTIFY -> "notification";
    };
  }
}
