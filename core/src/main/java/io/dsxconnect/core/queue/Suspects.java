package io.dsxconnect.core.queue;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Claimed tasks that must run alone, in the order of their claim. */
@ThreadSafe
final class Suspects {
  private final Object lock = new Object();

  @GuardedBy("lock") private final Deque<Task> tasks = new ArrayDeque<>();

  void addAll(Collection<Task> claimed) {
    synchronized (lock) {
      tasks.addAll(claimed);
    }
  }

  /** The next suspect; null if there is none. */
  @Nullable Task first() {
    synchronized (lock) {
      return tasks.peek();
    }
  }

  boolean isEmpty() {
    synchronized (lock) {
      return tasks.isEmpty();
    }
  }

  List<Task> all() {
    synchronized (lock) {
      return new ArrayList<>(tasks);
    }
  }

  /** Forgets tasks whose lease was lost. */
  void removeAll(Collection<Task> lost) {
    synchronized (lock) {
      tasks.removeAll(lost);
    }
  }

  /**
   * Removes a suspect and begins it, unless its lease was lost. Both happen under the lock, so that
   * the task is always among the suspects or among the tasks in work, and its lease is renewed.
   */
  void begin(Task suspect, Runnable begin) {
    synchronized (lock) {
      if (tasks.remove(suspect)) {
        begin.run();
      }
    }
  }
}
