package io.dsxconnect.core.queue;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One worker's view of a stage's queue. Thread-safe, but only one thread may call {@link #await}.
 */
public interface StageQueue extends AutoCloseable {

  Stage stage();

  /** How long a task belongs to a worker that does not renew it. */
  Duration lease();

  /**
   * Takes up to {@code max} tasks; does not wait for more.
   *
   * @param open connectors with an open circuit breaker, whose lanes are skipped
   */
  default List<Task> take(int max, Set<String> open) {
    return take(max, open, Share.ALL);
  }

  /**
   * Takes up to {@code max} tasks; does not wait for more.
   *
   * @param open connectors with an open circuit breaker, whose lanes are skipped
   * @param share how many tasks of each connector may be in work
   */
  List<Task> take(int max, Set<String> open, Share share);

  /**
   * How connectors share the slots of a worker.
   *
   * @param most tasks of one connector that may be in work while another connector has files
   *     waiting
   * @param mostAlone tasks of one connector while no other has files waiting: fewer than the slots,
   *     so that the first file of another connector finds a free one
   * @param inWork tasks in work per connector
   */
  record Share(int most, int mostAlone, Map<String, Integer> inWork) {
    static final Share ALL = new Share(Integer.MAX_VALUE, Integer.MAX_VALUE, Map.of());

    /** Reserves one slot in eight; a worker with fewer than eight slots reserves none. */
    static Share of(int slots, Map<String, Integer> inWork) {
      int reserved = slots / 8;
      return new Share((slots + 1) / 2, slots - reserved, inWork);
    }

    /** Whether a connector has as many tasks in work as it may while others wait. */
    boolean isUsedUp() {
      return inWork.values().stream().anyMatch(tasks -> tasks >= Math.min(most, mostAlone));
    }
  }

  /** Whether tasks of this connector wait in this stage. */
  boolean waits(String connector);

  /** Waits until there may be a task to take, {@code most} is over, or the queue is closed. */
  void await(Duration most);

  /** Hands a task off. Returns false, and does nothing, if this worker no longer owns it. */
  boolean complete(Handoff handoff);

  /** Renews the leases of these tasks; returns those that this worker no longer owns. */
  Set<Task> renew(Collection<Task> held);

  /**
   * Returns retries that are due to their lanes, and claims up to {@code max} tasks whose lease
   * expired. Tasks that were in work when two workers died are {@link Task#suspect}.
   */
  List<Task> sweep(int max);

  /** Records that this task now runs alone, so that it is blamed if its worker dies. */
  void markAlone(Task task);

  /** Ends {@link #await}. All other methods still work, so that tasks can be handed off. */
  @Override
  void close();
}
