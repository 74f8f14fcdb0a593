package io.dsxconnect.core.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** The tasks that a worker has in work, and the waiting for some of them to end. Thread-safe. */
final class Slots {
  private final Set<Task> held = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Counts what may end a wait; guarded by the lock. */
  private long changes;

  /** Takes a slot; gives back how many are taken now. */
  int take(Task task) {
    held.add(task);
    return held.size();
  }

  void release(Task task) {
    held.remove(task);
    wake();
  }

  void releaseAll() {
    held.clear();
    wake();
  }

  boolean holds(Task task) {
    return held.contains(task);
  }

  int taken() {
    return held.size();
  }

  boolean areFree() {
    return held.isEmpty();
  }

  List<Task> tasks() {
    return new ArrayList<>(held);
  }

  /** What connectors have of {@code slots} slots, and may have. */
  StageQueue.Share share(int slots) {
    Map<String, Integer> inWork = new HashMap<>();
    held.forEach(task -> inWork.merge(task.connector(), 1, Integer::sum));
    return StageQueue.Share.of(slots, inWork);
  }

  /** Ends every wait that goes on now. */
  void wake() {
    lock.lock();
    try {
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a change, and no longer than {@code most}; false when there was none. */
  boolean awaitChange(Duration most) throws InterruptedException {
    lock.lock();
    try {
      long before = changes;
      long left = most.toNanos();
      while (changes == before && left > 0) {
        left = changed.awaitNanos(left);
      }
      return changes != before;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until fewer than {@code n} slots are taken, or, when that is more than one, for {@code
   * most} with none being released.
   *
   * @param wanted whether to go on waiting
   */
  void awaitFewerThan(int n, Duration most, BooleanSupplier wanted) throws InterruptedException {
    while (wanted.getAsBoolean() && held.size() >= n) {
      if (!awaitChange(most) && n > 1) {
        return;
      }
    }
  }
}
