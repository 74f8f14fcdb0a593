package io.dsxconnect.core.queue;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.queue.QueueModel.Books;
import io.dsxconnect.core.queue.QueueModel.Dead;
import io.dsxconnect.core.queue.QueueModel.Message;
import io.dsxconnect.core.queue.QueueModel.Place;
import io.dsxconnect.core.result.ResultStage;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One way to end a task: the worker's hand-off and the same change of the model.
 *
 * @param change changes the model; receives the current time in milliseconds
 */
record ModelEnd(Handoff handoff, LongConsumer change) {
  static final Duration RETRY_DELAY = Duration.ofHours(1);

  /** The usual end of each stage. */
  static final int USUAL = 0;

  void apply(long nowMillis) {
    change.accept(nowMillis);
  }

  /**
   * @param how picks one of 12 ways to end; {@link #USUAL} is the usual end of the stage
   */
  static ModelEnd of(
      Task task, int how, QueueModel model, ResultStage recording, Supplier<String> ids) {
    // As in the product, the number of retries is limited.
    boolean mayRetry = task.tries() < 3;
    int way = how % 12;
    if (way == 10 && mayRetry) {
      return later(task, model);
    }
    if (way == 11 && how != USUAL) {
      return back(task, model);
    }
    return switch (task.stage()) {
      case SCAN -> scanned(task, way, model);
      case ACTION -> acted(task, way, model, ids);
      case RESULT -> recorded(task, way, model, recording);
      case NOTIFY -> new ModelEnd(Handoff.of(task), now -> {});
    };
  }

  private static ModelEnd later(Task task, QueueModel model) {
    return new ModelEnd(
        Handoff.of(task).later(RETRY_DELAY),
        now -> {
          Message again = again(task, task.tries() + 1, model);
          again.place = Place.LATER;
          again.dueMillis = now + RETRY_DELAY.toMillis();
        });
  }

  private static ModelEnd back(Task task, QueueModel model) {
    return new ModelEnd(Handoff.of(task).back(), now -> again(task, task.tries(), model));
  }

  private static Message again(Task task, int tries, QueueModel model) {
    String body = task.stage() == Stage.SCAN || task.stage() == Stage.NOTIFY ? null : task.body();
    Message again = new Message(task.stage(), task.id(), task.job(), tries, body);
    model.messages.add(again);
    return again;
  }

  private static ModelEnd scanned(Task task, int way, QueueModel model) {
    Outcome outcome =
        switch (way) {
          case 5, 6 -> Outcome.MALICIOUS;
          case 7 -> Outcome.NOT_SCANNED;
          case 8, 9 -> Outcome.FAILED;
          default -> Outcome.BENIGN;
        };
    String verdict = ModelMessages.verdict(task, outcome);
    Handoff handoff = Handoff.of(task);
    if (outcome == Outcome.FAILED) {
      handoff.dead(letter(task).json());
    }
    handoff.put(Stage.RESULT, verdict);
    if (outcome == Outcome.MALICIOUS) {
      handoff.actionDue().put(Stage.ACTION, verdict);
    }
    return new ModelEnd(
        handoff,
        now -> {
          if (outcome == Outcome.FAILED) {
            model.dead(Stage.SCAN).add(new Dead(message(task, null), Outcome.FAILED));
          }
          model.put(Stage.RESULT, task, verdict);
          if (outcome == Outcome.MALICIOUS) {
            model.put(Stage.ACTION, task, verdict);
          }
        });
  }

  private static ModelEnd acted(Task task, int way, QueueModel model, Supplier<String> ids) {
    String acted = ModelMessages.acted(task, way < 6);
    Handoff handoff = Handoff.of(task);
    String rescan = way == 5 ? ids.get() : null;
    if (rescan != null) {
      handoff.scanAgain(rescan, "{\"location\":\"/data/" + rescan + "\",\"metainfo\":\"x\"}");
    }
    if (way == 8 || way == 9) {
      handoff.dead(letter(task).json());
    }
    handoff.put(Stage.RESULT, acted);
    return new ModelEnd(
        handoff,
        now -> {
          if (rescan != null) {
            model.accepted(task.job(), List.of(rescan));
          }
          if (way == 8 || way == 9) {
            model.dead(Stage.ACTION).add(new Dead(message(task, task.body()), null));
          }
          model.put(Stage.RESULT, task, acted);
        });
  }

  private static ModelEnd recorded(Task task, int way, QueueModel model, ResultStage recording) {
    boolean isVerdict = task.body().startsWith("V");
    boolean givenUp = way == 9;
    Handoff handoff = givenUp ? recording.giveUp(task, "refused") : recording.handle(task);
    return new ModelEnd(
        handoff,
        now -> {
          Outcome outcome = isVerdict ? ModelMessages.outcome(task.body()) : null;
          if (outcome != null) {
            Books books = model.books(task.job());
            books.count(outcome, 1);
            model.outcomes.put(task.id(), outcome);
          }
          if (givenUp) {
            model.dead(Stage.RESULT).add(new Dead(message(task, task.body()), outcome));
          }
          model.messages.add(new Message(Stage.NOTIFY, task.id(), task.job(), 0, null));
        });
  }

  private static DeadLetter letter(Task task) {
    Origin origin = new Origin(null, "http://127.0.0.1:1/" + task.job());
    return DeadLetter.of(task, origin, "unknown_error", "chosen by the model", null, null);
  }

  private static Message message(Task task, @Nullable String body) {
    return new Message(task.stage(), task.id(), task.job(), task.tries(), body);
  }
}
