package io.dsxconnect.core.queue;

import com.netflix.concurrency.limits.limit.AIMDLimit;

/** How many tasks a worker holds at once. Thread-safe. */
public interface Concurrency {

  int limit();

  /**
   * Tells how a task went.
   *
   * @param inflight tasks held when it began, itself included
   * @param dropped whether its target had no room or timed out
   */
  void sample(long startNanos, long tookNanos, int inflight, boolean dropped);

  static Concurrency fixed(int n) {
    return new Concurrency() {
      @Override
      public int limit() {
        return n;
      }

      @Override
      public void sample(long startNanos, long tookNanos, int inflight, boolean dropped) {
        // Fixed: nothing to learn.
      }
    };
  }

  /** Grows by one while all slots are in use, falls by a tenth when the target has no room. */
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
      public void sample(long startNanos, long tookNanos, int inflight, boolean dropped) {
        aimd.onSample(startNanos, Math.max(1, tookNanos), inflight, dropped);
      }
    };
  }
}
