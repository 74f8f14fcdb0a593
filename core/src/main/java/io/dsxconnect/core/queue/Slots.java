package io.dsxconnect.core.queue;

import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
 * next slot that becomes free, before any new task. So no more tasks than there are slots do more
 * than wait, and a worker holds at most twice as many.
 *
 * <p>A lender that gets no slot within 10 seconds returns to its lane: its connector's answer is
 * open and unread, and a connector ends an answer that nobody reads. Such a task keeps its slot the
 * next time that this worker runs it, so that it ends however often others are faster. Thread-safe.
 */
public final class Slots {
  private static final long LENT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Well below the half minute after which a connector ends an answer that nobody reads. */
  private static final Duration MAX_RETURN_WAIT = Duration.ofSeconds(10);

  private static final int MAX_KEEPERS = 1000;

  /** A call that ends when somebody else has done something. */
  @FunctionalInterface
  public interface Wait<T, E extends Exception> {
    T end() throws E;
  }

  private final Concurrency concurrency;
  private final MonotonicClock ticks;
  private final Duration maxReturnWait;
  private final Set<Task> held = ConcurrentHashMap.newKeySet();

  /** Since when tasks wait whose slot is not lent; guarded by the lock. */
  private final Map<Task, Long> waiting = new HashMap<>();

  /** Tasks whose slot is lent, until they take one back or end; guarded by the lock. */
  private final Set<Task> lent = new HashSet<>();

  /** How many had lent their slot and want one again; guarded by the lock. */
  private int returning;

  /** Ids of tasks that got no slot back and keep theirs in their next run; guarded by the lock. */
  private final Map<String, Boolean> keepers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MAX_KEEPERS;
        }
      };

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Counts what may end a wait; guarded by the lock. */
  private long changes;

  public Slots(Concurrency concurrency, MonotonicClock ticks) {
    this(concurrency, ticks, MAX_RETURN_WAIT);
  }

  /**
   * @param maxReturnWait how long a task that lent its slot waits for another one
   */
  public Slots(Concurrency concurrency, MonotonicClock ticks, Duration maxReturnWait) {
    this.concurrency = concurrency;
    this.ticks = ticks;
    this.maxReturnWait = maxReturnWait;
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
   * Runs a call that waits for a connector; while that takes long, the slot of the task is lent.
   * Before the task does more than wait or end, it calls {@link #takeBack}.
   */
  public <T, E extends Exception> T lend(Task task, Wait<T, E> call) throws E {
    lock.lock();
    try {
      if (!lent.contains(task) && !keepers.containsKey(task.id())) {
        waiting.put(task, ticks.nanos());
      }
    } finally {
      lock.unlock();
    }
    try {
      return call.end();
    } finally {
      endWaiting(task);
    }
  }

  private void endWaiting(Task task) {
    lock.lock();
    try {
      waiting.remove(task);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a slot for a task if its own is lent. Blocks until one is free, at most 10 seconds.
   *
   * @return whether the task has a slot; if not, it gives up its connection and returns to its lane
   */
  public boolean takeBack(Task task) {
    lock.lock();
    try {
      if (!lent.remove(task)) {
        return true;
      }
      boolean taken = awaitSlot(task);
      if (!taken) {
        lent.add(task);
        keepers.put(task.id(), true);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitSlot(Task task) {
    returning++;
    try {
      long left = maxReturnWait.toNanos();
      while (held.contains(task) && held.size() - lent.size() - returning >= concurrency.limit()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return held.contains(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      returning--;
    }
  }

  /** Whether the slot of this task is lent, so that the task did nothing but wait. */
  boolean isLent(Task task) {
    lock.lock();
    try {
      return lent.contains(task);
    } finally {
      lock.unlock();
    }
  }

  void release(Task task) {
    lock.lock();
    try {
      held.remove(task);
      if (!lent.remove(task)) {
        keepers.remove(task.id());
      }
      wake();
    } finally {
      lock.unlock();
    }
  }

  void releaseAll() {
    lock.lock();
    try {
      held.clear();
      lent.clear();
      wake();
    } finally {
      lock.unlock();
    }
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
