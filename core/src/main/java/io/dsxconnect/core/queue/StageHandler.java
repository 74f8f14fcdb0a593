package io.dsxconnect.core.queue;

/** What a stage does with a task: everything that can happen ends in a {@link Handoff}. */
public interface StageHandler {

  Handoff handle(Task task);

  /** Ends a task that cannot be worked on: dead letter and ledger, with the reason. */
  Handoff giveUp(Task task, String reason);
}
