package io.dsxconnect.core.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * One worker's view of a stage's queue. Thread-safe but for {@link #await}, which one thread calls.
 */
public interface StageQueue extends AutoCloseable {

  /**
   * Takes up to {@code max} tasks without waiting.
   *
   * @param gated connectors whose lanes are left alone
   */
  List<Task> take(int max, Set<String> gated);

  /** Waits until there may be something to take, or until it is closed. */
  void await(Duration most);

  /** Ends a task. False when this worker had lost it: then nothing happened. */
  boolean complete(Handoff handoff);

  /** Renews the leases of these tasks; gives back those that are lost. */
  Set<Task> renew(Collection<Task> held);

  /**
   * Puts tasks whose time has come back into their lanes, and claims up to {@code max} that a dead
   * worker left.
   */
  List<Task> sweep(int max);

  /** Notes that this task now runs alone, so that a death can be laid at its door. */
  void markAlone(Task task);

  /** Ends the waiting; all else goes on, so that what is held can be handed off. */
  @Override
  void close();
}
