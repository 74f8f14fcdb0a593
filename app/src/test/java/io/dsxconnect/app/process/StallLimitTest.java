package io.dsxconnect.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StallLimitTest {
  final AtomicLong seconds = new AtomicLong(1);
  private static final Optional<String> DOWN = Optional.of("the scanner is down");
  final AtomicReference<Optional<String>> obstacle = new AtomicReference<>(DOWN);
  final StallLimit limit =
      new StallLimit(
          Duration.ofMinutes(2), obstacle::get, () -> TimeUnit.SECONDS.toNanos(seconds.get()));

  Optional<String> exceededAfter(int moreSeconds, long files) {
    seconds.addAndGet(moreSeconds);
    return limit.exceeded(files);
  }

  @Test
  void bug_a_scan_waited_without_limit_for_a_scanner_that_is_down() {
    assertThat(exceededAfter(0, 3)).isEmpty();
    assertThat(exceededAfter(119, 3)).isEmpty();
    assertThat(exceededAfter(1, 3)).isEqualTo(DOWN);
  }

  @Test
  void a_scanner_that_answers_is_waited_for() {
    obstacle.set(Optional.empty());
    assertThat(exceededAfter(200, 3)).isEmpty();
    obstacle.set(DOWN);
    assertThat(exceededAfter(119, 3)).isEmpty();
    assertThat(exceededAfter(1, 3)).isEqualTo(DOWN);
  }

  @Test
  void a_file_that_ends_restarts_the_limit() {
    assertThat(exceededAfter(119, 1)).isEmpty();
    assertThat(exceededAfter(119, 2)).isEmpty();
    assertThat(exceededAfter(119, 2)).isEmpty();
    assertThat(exceededAfter(1, 2)).isEqualTo(DOWN);
  }
}
