package io.dsxconnect.core.queue;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
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
 * The slots of a worker: bounds the tasks in work, and lends slots of tasks that only wait.
 *
 * <p>The slot of a task that has waited for its connector for a second is lent to another task, so
 * that a connector that hangs does not block the others. A lender that continues takes the next
 * slot that becomes free, before any new task. At most as many slots are lent as there are slots.
 * So no more tasks than there are slots do more than wait, and a worker holds at most twice as
 * many.
 *
 * <p>A lender that gets no slot within 10 seconds returns to its lane, because its connector's
 * answer is open and unread, and a connector ends an unread answer. Such a task keeps its slot the
 * next time that this worker runs it, so that it ends even if other tasks are always faster.
 * Thread-safe.
 */
@ThreadSafe
public final class Slots {
  private static final long LENT_AFTER_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Well below the 30 s after which a connector ends an unread answer. */
  private static final Duration MAX_RETURN_WAIT = Duration.ofSeconds(10);

  /** Maximum number of {@code keepers}; the oldest is dropped first. */
  private static final int MAX_KEEPERS = 1000;

  /** A call that waits for a peer. */
  @FunctionalInterface
  public interface Wait<T, E extends Exception> {
    T end() throws E;
  }

  private final Concurrency concurrency;
  private final MonotonicClock ticks;
  private final Duration maxReturnWait;
  private final Set<Task> held = ConcurrentHashMap.newKeySet();

  /** Start in nanoseconds of each wait whose slot is not lent. */
  @GuardedBy("lock") private final Map<Task, Long> waiting = new HashMap<>();

  /** Tasks whose slot is lent, until they take one back or end. */
  @GuardedBy("lock") private final Set<Task> lent = new HashSet<>();

  /** Number of tasks blocked in {@link #takeBack}. */
  @GuardedBy("lock") private int returning;

  /** Ids of tasks that got no slot back and keep theirs in their next run. */
  @GuardedBy("lock") private final Map<String, Boolean> keepers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > MAX_KEEPERS;
        }
      };

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** Number of {@link #wake} calls. */
  @GuardedBy("lock") private long changes;

  /** Slots whose lenders wait for at most 10 seconds to take a slot back. */
  public Slots(Concurrency concurrency, MonotonicClock ticks) {
    this(concurrency, ticks, MAX_RETURN_WAIT);
  }

  /**
   * @param maxReturnWait maximum time for which a task that lent its slot waits for another one
   */
  public Slots(Concurrency concurrency, MonotonicClock ticks, Duration maxReturnWait) {
    this.concurrency = concurrency;
    this.ticks = ticks;
    this.maxReturnWait = maxReturnWait;
  }

  Concurrency concurrency() {
    return concurrency;
  }

  /** Takes a slot without blocking, even above the limit; returns how many are taken now. */
  int take(Task task) {
    held.add(task);
    return taken();
  }

  /**
   * Runs a call that waits for a connector. Once the call has taken a second, the slot of the task
   * may be lent; the caller must then call {@link #takeBack} before the task does more than wait or
   * end.
   *
   * @throws E if the call throws it
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
   * Takes a slot for a task if its own is lent. Blocks until one is free, for at most {@code
   * maxReturnWait} (default 10 seconds), or until the thread is interrupted.
   *
   * @return whether the task has a slot; if not, the caller closes the task's connection and
   *     returns it to its lane
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

  @GuardedBy("lock") private boolean awaitSlot(Task task) {
    returning++;
    try {
      long remainingNanos = maxReturnWait.toNanos();
      while (held.contains(task) && held.size() - lent.size() - returning >= concurrency.limit()) {
        if (remainingNanos <= 0) {
          return false;
        }
        remainingNanos = changed.awaitNanos(remainingNanos);
      }
      return held.contains(task);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      returning--;
    }
  }

  /** Whether the slot of this task is lent: so far the task only waited. */
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

  /** Number of tasks in work, including tasks that only wait. */
  int inWork() {
    return held.size();
  }

  /** Number of slots taken, after lending the slots of tasks that have waited for a second. */
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

  /** Whether no task is in work. */
  boolean areFree() {
    return held.isEmpty();
  }

  List<Task> tasks() {
    return new ArrayList<>(held);
  }

  /** Tasks in work per connector, and how many a connector may have. */
  StageQueue.Share share() {
    Map<String, Integer> inWork = new HashMap<>();
    held.forEach(task -> inWork.merge(task.connector(), 1, Integer::sum));
    return StageQueue.Share.of(concurrency.limit(), inWork);
  }

  /** Ends all current waits for a change. */
  void wake() {
    lock.lock();
    try {
      changes++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a change for at most {@code maxWait}; returns whether there was one. */
  boolean awaitChange(Duration maxWait) throws InterruptedException {
    lock.lock();
    try {
      long before = changes;
      long remainingNanos = maxWait.toNanos();
      while (changes == before && remainingNanos > 0) {
        remainingNanos = changed.awaitNanos(remainingNanos);
      }
      return changes != before;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a slot is free, {@code wanted} is false, or nothing changed for {@code maxWait}.
   */
  void awaitFree(Duration maxWait, BooleanSupplier wanted) throws InterruptedException {
    while (wanted.getAsBoolean() && free() <= 0) {
      if (!awaitChange(maxWait)) {
        return;
      }
    }
  }

  /** Waits until no task is in work, or {@code wanted} is false, checked every {@code interval}. */
  void awaitNone(Duration interval, BooleanSupplier wanted) throws InterruptedException {
    while (wanted.getAsBoolean() && !areFree()) {
      boolean ignored = awaitChange(interval);
    }
  }
}
