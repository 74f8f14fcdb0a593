package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakersTest {
  private static final long MINUTE_NANOS = 60_000_000_000L;

  private final AtomicLong nanos = new AtomicLong();
  private final CircuitBreakers breakers = new CircuitBreakers(nanos::get);

  @Test
  void bug_thousands_of_targets_that_are_down_were_probed_all_at_once() throws Exception {
    CountDownLatch endOfProbes = new CountDownLatch(1);
    AtomicInteger probing = new AtomicInteger();
    AtomicInteger maxProbing = new AtomicInteger();
    for (int i = 0; i < 5_000; i++) {
      breakers.open(
          "c" + i,
          "c" + i + " is down",
          null,
          () -> {
            maxProbing.accumulateAndGet(probing.incrementAndGet(), Math::max);
            try {
              endOfProbes.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            probing.decrementAndGet();
            return false;
          });
    }
    nanos.addAndGet(MINUTE_NANOS);
    breakers.probeDue(key -> true);
    await().untilAsserted(() -> assertThat(probing).hasValue(16));
    breakers.probeDue(key -> true);
    endOfProbes.countDown();
    await().untilAsserted(() -> assertThat(probing).hasValue(0));
    assertThat(maxProbing).hasValue(16);
    assertThat(breakers.openConnectors()).hasSize(5_000);
  }

  @Test
  void a_breaker_that_no_task_waits_for_is_removed() {
    breakers.open("gone", "gone is down", null, () -> false);
    breakers.open("wanted", "wanted is down", null, () -> false);
    nanos.addAndGet(MINUTE_NANOS);
    breakers.probeDue(key -> key.equals("wanted"));
    await().untilAsserted(() -> assertThat(breakers.openConnectors()).containsExactly("wanted"));
  }

  @Test
  void a_breaker_closes_when_its_target_answers() {
    breakers.open("c", "c is down", null, () -> true);
    breakers.probeDue(key -> true);
    assertThat(breakers.openConnectors()).as("the probe is not due").containsExactly("c");
    nanos.addAndGet(MINUTE_NANOS);
    breakers.probeDue(key -> true);
    await().untilAsserted(() -> assertThat(breakers.openConnectors()).isEmpty());
  }
}
