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
  private static final Optional<String> AWAY = Optional.of("it is away");
  final AtomicReference<Optional<String>> obstacle = new AtomicReference<>(AWAY);
  final StallLimit patience =
      new StallLimit(
          Duration.ofMinutes(2), obstacle::get, () -> TimeUnit.SECONDS.toNanos(seconds.get()));

  Optional<String> usedUpAfter(int more, long files) {
    seconds.addAndGet(more);
    return patience.usedUpBy(files);
  }

  @Test
  void bug_a_scanner_that_stays_away_is_given_up_after_a_while() {
    assertThat(usedUpAfter(0, 3)).isEmpty();
    assertThat(usedUpAfter(119, 3)).isEmpty();
    assertThat(usedUpAfter(1, 3)).isEqualTo(AWAY);
  }

  @Test
  void a_scanner_that_answers_may_take_its_time() {
    obstacle.set(Optional.empty());
    assertThat(usedUpAfter(200, 3)).isEmpty();
    obstacle.set(AWAY);
    assertThat(usedUpAfter(119, 3)).isEmpty();
    assertThat(usedUpAfter(1, 3)).isEqualTo(AWAY);
  }

  @Test
  void files_that_end_are_an_answer() {
    assertThat(usedUpAfter(119, 1)).isEmpty();
    assertThat(usedUpAfter(119, 2)).isEmpty();
    assertThat(usedUpAfter(119, 2)).isEmpty();
    assertThat(usedUpAfter(1, 2)).isEqualTo(AWAY);
  }
}
