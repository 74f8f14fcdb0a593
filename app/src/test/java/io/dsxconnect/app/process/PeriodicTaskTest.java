package io.dsxconnect.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class PeriodicTaskTest {
  @Test
  void bug_an_error_in_one_run_ended_all_later_ones_unnoticed() {
    AtomicInteger runs = new AtomicInteger();
    PeriodicTask task =
        new PeriodicTask(
            "test",
            Duration.ofMillis(1),
            () -> {
              if (runs.incrementAndGet() == 1) {
                throw new StackOverflowError("once");
              }
            });
    Awaitility.await().until(() -> runs.get() > 2);
    assertThat(task.working()).isTrue();
    task.close();
    Awaitility.await().until(() -> !task.working());
  }
}
