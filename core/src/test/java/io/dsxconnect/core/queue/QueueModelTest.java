package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Compares the queues with a simple model over random histories. {@code
 * -Ddsx.model.histories=10000} makes a long run. {@code -Ddsx.model.histories=1
 * -Ddsx.model.seed=...} repeats one history.
 */
class QueueModelTest extends QueueFixture {
  private static final int HISTORIES = Integer.getInteger("dsx.model.histories", 150);
  private static final long SEED = Long.getLong("dsx.model.seed", System.nanoTime());

  @Test
  void whatever_happens_every_file_ends_once_and_every_sum_agrees_with_the_model() {
    System.out.printf("model of the queues: %d histories from seed %d%n", HISTORIES, SEED);
    for (long seed = SEED; seed < SEED + HISTORIES; seed++) {
      List<ModelStep> history = ModelStep.history(new SplittableRandom(seed));
      AssertionError failure = failureOf(history);
      if (failure != null) {
        List<ModelStep> shrunk = shrink(history);
        AssertionError ofShrunk = failureOf(shrunk);
        throw new AssertionError(
            "-Ddsx.model.histories=1 -Ddsx.model.seed="
                + seed
                + shrunk.stream().map(s -> "\n  " + s).collect(Collectors.joining()),
            ofShrunk == null ? failure : ofShrunk);
      }
    }
    assertThat(HISTORIES).isPositive();
  }

  private @Nullable AssertionError failureOf(List<ModelStep> history) {
    redis.call(c -> c.flushall());
    // Safe without fsync: only the Redis process is killed, so its writes reach the disk.
    redis.call(c -> c.configSet("appendfsync", "no"));
    open();
    ids.set(0);
    try {
      new ModelRun(this).run(history);
      return null;
    } catch (AssertionError e) {
      return e;
    } catch (RuntimeException e) {
      return new AssertionError("the product threw", e);
    }
  }

  /** Removes steps that the failure does not need: halves first, then smaller parts. */
  private List<ModelStep> shrink(List<ModelStep> history) {
    List<ModelStep> steps = new ArrayList<>(history);
    for (int size = steps.size() / 2; size > 0; size /= 2) {
      for (int from = 0; from + size <= steps.size(); ) {
        List<ModelStep> fewer = new ArrayList<>(steps);
        fewer.subList(from, from + size).clear();
        if (failureOf(fewer) == null) {
          from += size;
        } else {
          steps = fewer;
        }
      }
    }
    return steps;
  }
}
