package io.dsxconnect.core.queue;

import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The slots of a worker: the tasks that it has in work, and the waiting for some of them to end.
 *
 * <p>The slot of a task that waits for its connector for more than a second is lent to another
 * task, so that a connector that hangs costs the others nothing. A lender that goes on takes the
 * next slot that becomes free. So no more tasks than there are slots do more than wait, and a
 * worker holds at most twice as many. Thread-safe.
 */
public final class Slots {
  private static final long LENT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A call that ends when somebody else has done something. */
  @FunctionalInterface
  public interface Wait<T, E extends Exception> {
    T end() throws E;
  }

  private final Concurrency concurrency;
  private final MonotonicClock ticks;
  private final Set<Task> held = ConcurrentHashMap.newKeySet();

  /** Since when tasks wait whose slot is not lent; guarded by the lock. */
  private final Map<Task, Long> waiting = new HashMap<>();

  /** Tasks that wait and whose slot is lent; guarded by the lock. */
  private final Set<Task> lent = new HashSet<>();

  /** How many had lent their slot and want one again; guarded by the lock. */
  private int returning;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Counts what may end a wait; guarded by the lock. */
  private long changes;

  public Slots(Concurrency concurrency, MonotonicClock ticks) {
    this.concurrency = concurrency;
    this.ticks = ticks;
  }

  Concurrency concurrency() {
    return concurrency;
  }

  /** Takes a slot; returns how many are taken now. */
  int take(Task task) {
    held.add(task);
    return taken();
  }

  /**
   * Runs a call that waits for somebody else; while that takes long, the slot of the task is lent.
   * Returns when the call has returned and the task has a slot again.
   */
  public <T, E extends Exception> T lend(Task task, Wait<T, E> call) throws E {
    lock.lock();
    try {
      waiting.put(task, ticks.nanos());
    } finally {
      lock.unlock();
    }
    try {
      return call.end();
    } finally {
      takeBack(task);
    }
  }

  private void takeBack(Task task) {
    lock.lock();
    try {
      waiting.remove(task);
      if (lent.remove(task)) {
        awaitTurn(task);
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitTurn(Task task) {
    returning++;
    try {
      while (held.contains(task) && held.size() - lent.size() - returning >= concurrency.limit()) {
        changed.await();
      }
    } catch (InterruptedException e) {
      // Whoever stops this thread does not want it to wait.
      Thread.currentThread().interrupt();
    } finally {
      returning--;
    }
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

  /** How many tasks are in work, those that only wait included. */
  int inWork() {
    return held.size();
  }

  /**
   * How many slots are taken; those of tasks that wait for long are lent now and not among them.
   */
  int taken() {
    lock.lock();
    try {
      long now = ticks.nanos();
      for (Map.Entry<Task, Long> wait : waiting.entrySet()) {
        if (now - wait.getValue() >= LENT_AFTER_NANOS && lent.size() < concurrency.limit()) {
          lent.add(wait.getKey());
        }
      }
      if (waiting.keySet().removeAll(lent)) {
        changed.signalAll();
      }
      return held.size() - lent.size();
    } finally {
      lock.unlock();
    }
  }

  int free() {
    return concurrency.limit() - taken();
  }

  /** Whether nothing is in work. */
  boolean areFree() {
    return held.isEmpty();
  }

  List<Task> tasks() {
    return new ArrayList<>(held);
  }

  /** What connectors have of the slots, and may have. */
  StageQueue.Share share() {
    Map<String, Integer> inWork = new HashMap<>();
    held.forEach(task -> inWork.merge(task.connector(), 1, Integer::sum));
    return StageQueue.Share.of(concurrency.limit(), inWork);
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

  /** Waits until a slot is free, or until for {@code most} none was released. */
  void awaitFree(Duration most, BooleanSupplier wanted) throws InterruptedException {
    while (wanted.getAsBoolean() && free() <= 0) {
      if (!awaitChange(most)) {
        return;
      }
    }
  }

  /** Waits until no task is in work. */
  void awaitNone(Duration tick, BooleanSupplier wanted) throws InterruptedException {
    while (wanted.getAsBoolean() && !areFree()) {
      boolean ignored = awaitChange(tick);
    }
  }
}
