package io.dsxconnect.core.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Concurrent requests share calls, and each gets its own answer. */
class CallBatcherTest {
  @Test
  @Timeout(10)
  void bug_an_error_in_one_call_left_all_later_ones_waiting_forever() {
    AtomicInteger calls = new AtomicInteger();
    CallBatcher<String, String> batcher =
        new CallBatcher<>(
            asked -> {
              if (calls.incrementAndGet() == 1) {
                throw new OutOfMemoryError("once");
              }
              return asked;
            },
            64);
    assertThatThrownBy(() -> batcher.ask("first")).hasRootCauseMessage("once");
    assertThat(batcher.ask("second")).isEqualTo("second");
  }

  @Test
  void requests_during_a_call_share_the_next_and_each_gets_its_own_answer() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    CallBatcher<Integer, Integer> batcher =
        new CallBatcher<>(
            asked -> {
              if (calls.incrementAndGet() == 1) {
                await(first);
              }
              return asked.stream().map(n -> n * 2).toList();
            },
            4);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> answers =
          IntStream.range(0, 9).mapToObj(n -> threads.submit(() -> batcher.ask(n))).toList();
      first.countDown();
      for (int n = 0; n < 9; n++) {
        assertThat(answers.get(n).get(5, TimeUnit.SECONDS)).isEqualTo(2 * n);
      }
    }
    assertThat(calls.get()).isBetween(3, 9);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
