package io.dsxconnect.core.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One step of a random history. A step uses its numbers modulo the number of choices at the time it
 * runs. A history therefore stays valid when steps are removed, which is how a failing one is
 * shrunk.
 */
record ModelStep(Kind kind, int a, int b, int c) {
  /** The kinds of steps, with their relative frequencies. */
  enum Kind {
    ACCEPT(14),
    ACCEPT_AGAIN(3),
    TAKE(26),
    FINISH(30),
    FINISH_LATE(4),
    FINISH_TWICE(3),
    RENEW(5),
    EXPIRE(6),
    SWEEP(8),
    TIME_PASSES(5),
    CLOCK_STEPS(2),
    WORKER_DIES(3),
    PAUSE(4),
    RESUME(5),
    CANCEL(2),
    LISTED(2),
    REPLAY(4),
    DISCARD(1),
    RETRY_ACTION(4),
    RECORD_CANCELLED(2),
    REDIS_FULL(0),
    REDIS_EMPTIER(2),
    RECONNECT(0);

    private final int weight;

    Kind(int weight) {
      this.weight = weight;
    }

    private static final int TOTAL_WEIGHT =
        List.of(values()).stream().mapToInt(k -> k.weight).sum();

    private static Kind weighted(RandomGenerator random) {
      int at = random.nextInt(TOTAL_WEIGHT);
      for (Kind kind : values()) {
        at -= kind.weight;
        if (at < 0) {
          return kind;
        }
      }
      throw new AssertionError("the weights add up");
    }
  }

  static List<ModelStep> history(RandomGenerator random) {
    int length = 10 + random.nextInt(60);
    List<ModelStep> steps = new ArrayList<>(length + 1);
    for (int i = 0; i < length; i++) {
      steps.add(step(Kind.weighted(random), random));
    }
    // Rare, because each takes a second; all other steps together take milliseconds.
    if (random.nextInt(20) == 0) {
      steps.add(random.nextInt(length), step(Kind.REDIS_FULL, random));
    }
    if (random.nextInt(100) == 0) {
      steps.add(random.nextInt(length), step(Kind.RECONNECT, random));
    }
    return steps;
  }

  private static ModelStep step(Kind kind, RandomGenerator random) {
    return new ModelStep(kind, random.nextInt(1000), random.nextInt(1000), random.nextInt(1000));
  }
}
