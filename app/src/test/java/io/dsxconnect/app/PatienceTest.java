package io.dsxconnect.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PatienceTest {
  final AtomicLong seconds = new AtomicLong(1);
  final AtomicBoolean answers = new AtomicBoolean();
  final Patience patience =
      new Patience(
          Duration.ofMinutes(2), answers::get, () -> TimeUnit.SECONDS.toNanos(seconds.get()));

  boolean usedUpAfter(int more, long files) {
    seconds.addAndGet(more);
    return patience.isUsedUp(files);
  }

  @Test
  void bug_a_scanner_that_stays_away_is_given_up_after_a_while() {
    assertThat(usedUpAfter(0, 3)).isFalse();
    assertThat(usedUpAfter(119, 3)).isFalse();
    assertThat(usedUpAfter(1, 3)).isTrue();
  }

  @Test
  void a_scanner_that_answers_may_take_its_time() {
    answers.set(true);
    assertThat(usedUpAfter(200, 3)).isFalse();
    answers.set(false);
    assertThat(usedUpAfter(119, 3)).isFalse();
    assertThat(usedUpAfter(1, 3)).isTrue();
  }

  @Test
  void files_that_end_are_an_answer() {
    assertThat(usedUpAfter(119, 1)).isFalse();
    assertThat(usedUpAfter(119, 2)).isFalse();
    assertThat(usedUpAfter(119, 2)).isFalse();
    assertThat(usedUpAfter(1, 2)).isTrue();
  }
}
