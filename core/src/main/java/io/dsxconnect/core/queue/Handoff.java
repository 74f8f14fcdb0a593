package io.dsxconnect.core.queue;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Surrogates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of a task: the operations that Redis carries out together with its acknowledgement, all
 * of them or none. {@code operations.lua} implements them, {@code handoff.lua} calls them. Not
 * thread-safe.
 */
public final class Handoff {
  private final Task task;
  private final List<String> operations = new ArrayList<>();
  private boolean back;
  private boolean retried;
  private boolean dead;

  private Handoff(Task task) {
    this.task = task;
    if (task.suspect()) {
      add("unsuspect", task.id());
    }
  }

  public static Handoff of(Task task) {
    return new Handoff(task);
  }

  /** Passes the task on to another stage, in its connector's lane. */
  public Handoff put(Stage to, String body) {
    return add("put", to.queue(), task.connector(), task.id(), task.job(), task.origin(), body);
  }

  /** Adds the file to its job once more, as a new task to scan. */
  public Handoff scanAgain(String id, String body) {
    return add("scan_again", id, task.job(), task.origin(), body);
  }

  /** Makes the job wait for the outcome of an action. */
  public Handoff actionDue() {
    return add("action_due", task.job(), task.id());
  }

  /** Ends the job's wait for an action whose outcome will never come, and has it recorded. */
  public Handoff actionLost() {
    return add("action_lost", task.job(), task.id());
  }

  /** Retries the task after {@code after}; uses up one attempt. */
  public Handoff later(Duration after) {
    retried = true;
    return add(
        "later",
        task.id(),
        task.job(),
        used(task.tries() + 1, task.refusals()),
        task.origin(),
        task.body(),
        Long.toString(after.toMillis()));
  }

  /** Returns the task to its lane; uses up no attempt. */
  public Handoff back() {
    back = true;
    return add(
        "back",
        task.id(),
        task.job(),
        used(task.tries(), task.refusals()),
        task.origin(),
        task.body());
  }

  /**
   * Retries a task that its target refused, after {@code after} or at once if that is zero. Counts
   * a refusal; uses up no attempt.
   */
  public Handoff refused(Duration after) {
    back = true;
    String used = used(task.tries(), task.refusals() + 1);
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

  /** The queue's field for both: tries, or {@code tries:refusals}. */
  private static String used(int tries, int refusals) {
    return refusals == 0 ? Integer.toString(tries) : tries + ":" + refusals;
  }

  /** Adds a dead letter, which an operator may replay. */
  public Handoff dead(String item) {
    dead = true;
    return add("dead", task.stage().deadLetters(), item);
  }

  /**
   * Measurements of one scan; what Redis adds to its totals.
   *
   * @param bytes that the scanner saw
   * @param micros of engine time
   * @param requestMs from taking the task to its verdict
   * @param readMs from the request to the first byte of the connector's answer
   */
  public record Measured(
      long bytes, long micros, boolean encrypted, double requestMs, double readMs) {
    /** Adds nothing to the totals. */
    public static final Measured NOTHING = new Measured(0, 0, false, 0, 0);
  }

  /**
   * Records the file's result and counts its outcome.
   *
   * @param record the result as JSON, beginning with its id, which is -1
   * @param retain how many records are kept; negative keeps all
   */
  public Handoff outcome(
      Outcome outcome, Measured measured, String location, String record, long retain) {
    return add(
        "outcome",
        task.job(),
        task.id(),
        task.origin(),
        outcome.column(),
        Long.toString(measured.bytes()),
        Long.toString(measured.micros()),
        measured.encrypted() ? "1" : "0",
        Double.toString(measured.requestMs()),
        Double.toString(measured.readMs()),
        Surrogates.shown(location),
        record,
        Long.toString(retain));
  }

  /** Publishes an event and keeps it for clients that reconnect. */
  public Handoff event(String channel, String json) {
    return add("event", channel, json);
  }

  /** Adds an event to the SIEM's outbox. */
  public Handoff siem(String json) {
    return add("siem", json);
  }

  /**
   * Replaces the record by one with the action's outcome, as soon as the verdict is recorded.
   *
   * @param event for the SIEM; null if no SIEM is configured
   */
  public Handoff amend(String record, @Nullable String event) {
    return add("amend", task.job(), task.id(), task.origin(), record, event == null ? "" : event);
  }

  /** Whether the task returns to its lane because its target refused it or is down. */
  boolean isBack() {
    return back;
  }

  /** Whether the task does not return to its lane. */
  boolean isEnd() {
    return !back && !retried;
  }

  /** Whether the task becomes a dead letter. */
  boolean isDead() {
    return dead;
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
