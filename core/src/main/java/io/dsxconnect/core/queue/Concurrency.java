package io.dsxconnect.core.queue;

import com.netflix.concurrency.limits.limit.AIMDLimit;

/** The limit of tasks that a worker runs at the same time. Thread-safe. */
public interface Concurrency {

  /** Tasks that may be in work now. */
  int limit();

  /** The lowest value that {@link #limit} takes. */
  int min();

  /** The highest value that {@link #limit} takes; equals {@link #min} for a fixed limit. */
  int max();

  /**
   * Reports the end of a task.
   *
   * @param startNanos when it began, by {@link System#nanoTime}
   * @param inflight tasks in work when it began, including itself
   * @param dropped whether its target refused it or timed out
   */
  void sample(long startNanos, long tookNanos, int inflight, boolean dropped);

  /** A limit that never changes. */
  static Concurrency fixed(int n) {
    return new Concurrency() {
      @Override
      public int limit() {
        return n;
      }

      @Override
      public int min() {
        return n;
      }

      @Override
      public int max() {
        return n;
      }

      @Override
      public void sample(long startNanos, long tookNanos, int inflight, boolean dropped) {
        // Nothing depends on it.
      }
    };
  }

  /** Grows by one while all slots are in use; falls by a tenth when the target refuses a task. */
  static Concurrency adaptive(int min, int max) {
    AIMDLimit aimd =
        AIMDLimit.newBuilder()
            .initialLimit(min)
            .minLimit(min)
            .maxLimit(max)
            .timeout(1, java.util.concurrent.TimeUnit.HOURS)
            .build();
    return new Concurrency() {
      @Override
      public int limit() {
        return aimd.getLimit();
      }

      @Override
      public int min() {
        return min;
      }

      @Override
      public int max() {
        return max;
      }

      @Override
      public void sample(long startNanos, long tookNanos, int inflight, boolean dropped) {
        aimd.onSample(startNanos, Math.max(1, tookNanos), inflight, dropped);
      }
    };
  }
}
