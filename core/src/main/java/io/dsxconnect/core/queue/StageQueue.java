package io.dsxconnect.core.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One worker's view of a stage's queue. Thread-safe but for {@link #await}, which one thread calls.
 */
public interface StageQueue extends AutoCloseable {

  Stage stage();

  /** How long a task belongs to a worker that does not renew it. */
  Duration lease();

  /**
   * Takes up to {@code max} tasks without waiting.
   *
   * @param gated connectors whose lanes are left alone; the same object as long as they are the
   *     same
   */
  default List<Task> take(int max, Set<String> gated) {
    return take(max, gated, Share.ALL);
  }

  /** The same when connectors share what this worker can do. */
  List<Task> take(int max, Set<String> gated, Share share);

  /**
   * How connectors share the slots of a worker.
   *
   * @param most how many tasks of one connector may be in work while another has files waiting
   * @param mostAlone how many while no other has: fewer than there are slots, so that the first
   *     file of another finds one free
   * @param inWork how many of each are
   */
  record Share(int most, int mostAlone, Map<String, Integer> inWork) {
    static final Share ALL = new Share(Integer.MAX_VALUE, Integer.MAX_VALUE, Map.of());

    /** One slot of eight is left to the others; a worker with fewer leaves none. */
    static Share of(int slots, Map<String, Integer> inWork) {
      int reserved = slots / 8;
      return new Share((slots + 1) / 2, slots - reserved, inWork);
    }

    /** Whether some connector has as many as it may have while others wait. */
    boolean isUsedUp() {
      return inWork.values().stream().anyMatch(tasks -> tasks >= Math.min(most, mostAlone));
    }
  }

  /** Whether files of this connector wait to be taken. */
  boolean waits(String connector);

  /** Waits until there may be something to take, or until it is closed. */
  void await(Duration most);

  /** Ends a task. False when this worker had lost it: then nothing happened. */
  boolean complete(Handoff handoff);

  /** Renews the leases of these tasks; gives back those that are lost. */
  Set<Task> renew(Collection<Task> held);

  /**
   * Puts tasks whose time has come back into their lanes, and claims up to {@code max} that a dead
   * worker left; those that two workers died with are {@link Task#suspect}.
   */
  List<Task> sweep(int max);

  /** Notes that this task now runs alone, so that a death can be laid at its door. */
  void markAlone(Task task);

  /** Ends the waiting; all else goes on, so that what is held can be handed off. */
  @Override
  void close();
}
