package io.dsxconnect.core.queue;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Surrogates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows from a task's end: all of it happens at once with the acknowledgement, or none of
 * it. The operations are those of {@code handoff.lua}.
 */
public final class Handoff {
  private final Task task;
  private final List<String> operations = new ArrayList<>();
  private boolean back;

  private Handoff(Task task) {
    this.task = task;
    if (task.suspect()) {
      add("unsuspect", task.id());
    }
  }

  public static Handoff of(Task task) {
    return new Handoff(task);
  }

  /** The task goes on to another stage, in its connector's lane. */
  public Handoff put(Stage to, String body) {
    return add("put", to.queue(), task.connector(), task.id(), task.job(), task.origin(), body);
  }

  /** The file is one more of its job's to scan, in a task of its own. */
  public Handoff scanAgain(String id, String body) {
    return add("scan_again", id, task.job(), task.origin(), body);
  }

  /** An action will follow; the job waits for its outcome. */
  public Handoff actionDue() {
    return add("action_due", task.job(), task.id());
  }

  /** The action that was due will not come; its outcome is in the dead letters. */
  public Handoff actionDropped() {
    return add("action_dropped", task.job());
  }

  /** The same task again after a while, with one try less. */
  public Handoff later(Duration after) {
    return add(
        "later",
        task.id(),
        task.job(),
        used(task.tries() + 1, task.turns()),
        task.origin(),
        task.body(),
        Long.toString(after.toMillis()));
  }

  /** The same task again when its lane's turn comes; no try is used up. */
  public Handoff back() {
    back = true;
    return add(
        "back",
        task.id(),
        task.job(),
        used(task.tries(), task.turns()),
        task.origin(),
        task.body());
  }

  /**
   * The same task again after a while, or at once when that is zero: its target refused it, and
   * that is counted as a turn; no try is used up.
   */
  public Handoff turn(Duration after) {
    back = true;
    String used = used(task.tries(), task.turns() + 1);
    return after.isZero()
        ? add("back", task.id(), task.job(), used, task.origin(), task.body())
        : add(
            "later",
            task.id(),
            task.job(),
            used,
            task.origin(),
            task.body(),
            Long.toString(after.toMillis()));
  }

  /** What the queue keeps in one field: tries, then turns unless there were none. */
  private static String used(int tries, int turns) {
    return turns == 0 ? Integer.toString(tries) : tries + ":" + turns;
  }

  /** Keeps the task, whole, with its reason, for the operator to replay. */
  public Handoff dead(String item) {
    return add("dead", task.stage().deadLetters(), item);
  }

  /**
   * Records and counts the file's outcome.
   *
   * @param bytes that a scanner saw
   * @param micros of engine time
   * @param requestMs from taking the task to its verdict
   * @param readMs until the connector began to answer
   * @param record the result as JSON, beginning with its id, which is -1
   * @param retain how many records are kept; negative keeps all
   */
  public Handoff outcome(
      Outcome outcome,
      long bytes,
      long micros,
      boolean encrypted,
      double requestMs,
      double readMs,
      String location,
      String record,
      long retain) {
    return add(
        "outcome",
        task.job(),
        task.id(),
        task.origin(),
        outcome.column(),
        Long.toString(bytes),
        Long.toString(micros),
        encrypted ? "1" : "0",
        Double.toString(requestMs),
        Double.toString(readMs),
        Surrogates.shown(location),
        record,
        Long.toString(retain));
  }

  /** Tells an event to whoever listens and keeps it to be told again. */
  public Handoff event(String channel, String json) {
    return add("event", channel, json);
  }

  /** Puts an event into the SIEM's outbox. */
  public Handoff siem(String json) {
    return add("siem", json);
  }

  /**
   * Puts what became of the action into the record, when the verdict is recorded.
   *
   * @param event for the SIEM; null when none is told
   */
  public Handoff amend(String record, @Nullable String event) {
    return add("amend", task.job(), task.id(), task.origin(), record, event == null ? "" : event);
  }

  /** Whether the task returns to its lane because its target had no room or is down. */
  boolean isBack() {
    return back;
  }

  Task task() {
    return task;
  }

  List<String> operations() {
    return operations;
  }

  private Handoff add(String operation, String... arguments) {
    operations.add(operation);
    operations.add(Integer.toString(arguments.length));
    operations.addAll(List.of(arguments));
    return this;
  }
}
