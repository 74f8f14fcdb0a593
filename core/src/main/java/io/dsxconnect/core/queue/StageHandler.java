package io.dsxconnect.core.queue;

/** The work of a stage on one task. Thread-safe: tasks run at the same time. */
public interface StageHandler {

  /**
   * Works on a task; blocks until it is done.
   *
   * @return how the task ends; every expected failure is a hand-off, too
   */
  Handoff handle(Task task);

  /**
   * Ends a task that cannot be completed: usually a dead letter and an outcome, with the reason.
   */
  Handoff giveUp(Task task, String reason);
}
