package io.dsxconnect.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PeriodicTaskTest {
  @Test
  void bug_an_error_in_one_round_ended_all_later_ones_and_nobody_saw_it() {
    AtomicInteger rounds = new AtomicInteger();
    PeriodicTask upkeep =
        new PeriodicTask(
            "test",
            Duration.ofMillis(1),
            () -> {
              if (rounds.incrementAndGet() == 1) {
                throw new StackOverflowError("once");
              }
            });
    Awaitility.await().until(() -> rounds.get() > 2);
    assertThat(upkeep.working()).isTrue();
    upkeep.close();
    Awaitility.await().until(() -> !upkeep.working());
  }
}
