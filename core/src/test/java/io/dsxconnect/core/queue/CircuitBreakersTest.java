package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CircuitBreakersTest {
  private static final long LATER = 60_000_000_000L;

  private final AtomicLong nanos = new AtomicLong();
  private final CircuitBreakers breakers = new CircuitBreakers(nanos::get);

  @Test
  void bug_thousands_of_targets_that_are_away_were_probed_all_at_once() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger probing = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    for (int i = 0; i < 5_000; i++) {
      breakers.open(
          "c" + i,
          "c" + i + " is away",
          null,
          () -> {
            most.accumulateAndGet(probing.incrementAndGet(), Math::max);
            try {
              goOn.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            probing.decrementAndGet();
            return false;
          });
    }
    nanos.addAndGet(LATER);
    breakers.probeDue(key -> true);
    await().untilAsserted(() -> assertThat(probing).hasValue(16));
    breakers.probeDue(key -> true);
    goOn.countDown();
    await().untilAsserted(() -> assertThat(probing).hasValue(0));
    assertThat(most).hasValue(16);
    assertThat(breakers.openConnectors()).hasSize(5_000);
  }

  @Test
  void a_gate_that_nothing_waits_at_is_forgotten() {
    breakers.open("gone", "gone is away", null, () -> false);
    breakers.open("wanted", "wanted is away", null, () -> false);
    nanos.addAndGet(LATER);
    breakers.probeDue(key -> key.equals("wanted"));
    await().untilAsserted(() -> assertThat(breakers.openConnectors()).containsExactly("wanted"));
  }

  @Test
  void a_gate_opens_when_its_target_answers() {
    breakers.open("c", "c is away", null, () -> true);
    breakers.probeDue(key -> true);
    assertThat(breakers.openConnectors()).as("its time has not come").containsExactly("c");
    nanos.addAndGet(LATER);
    breakers.probeDue(key -> true);
    await().untilAsserted(() -> assertThat(breakers.openConnectors()).isEmpty());
  }
}
