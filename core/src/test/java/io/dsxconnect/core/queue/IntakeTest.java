package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ScanRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is repeated under the same key is taken in once. */
class IntakeTest extends QueueFixture {
  @Test
  void a_repeat_with_the_same_idempotency_key_takes_nothing_in() {
    Intake.Answer first = intake.accept("J", files("c1", 2), null, "key");
    Intake.Answer second = intake.accept("J", files("c1", 2), null, "key");
    assertThat(second)
        .isEqualTo(new Intake.Answer.Accepted(((Intake.Answer.Accepted) first).tasks(), true));
    assertThat(ledger("J").accepted()).isEqualTo(2);
  }

  @Test
  void bug_a_batch_of_two_connectors_under_one_idempotency_key_loses_neither() {
    intake.accept("J", files("c1", 2), null, "key");
    intake.accept("J", files("c2", 3), null, "key");
    assertThat(ledger("J").accepted()).isEqualTo(5);
  }

  @Test
  void bug_a_batch_larger_than_lua_can_hand_over_at_once_has_one_idempotent_answer() {
    List<ScanRequest> many = files("c1", 9000);
    Intake.Answer first = intake.accept("J", many, null, "key");
    assertThat(intake.accept("J", many, null, "key"))
        .isEqualTo(new Intake.Answer.Accepted(((Intake.Answer.Accepted) first).tasks(), true));
    assertThat(ledger("J").accepted()).isEqualTo(9000);
  }

  @Test
  void bug_one_call_takes_in_a_thousand_and_a_repeat_only_the_parts_that_are_missing() {
    List<ScanRequest> many = files("c1", 2_500);
    assertThat(intake.accept("J", many.subList(0, 1_000), null, "key"))
        .isInstanceOf(Intake.Answer.Accepted.class);
    Intake.Answer.Accepted whole = (Intake.Answer.Accepted) intake.accept("J", many, null, "key");
    assertThat(whole.repeated()).isFalse();
    assertThat(whole.tasks()).hasSize(2_500).doesNotHaveDuplicates();
    assertThat(ledger("J").accepted()).isEqualTo(2_500);
    assertThat(jobs.find("J").orElseThrow().ledger().balanced()).isTrue();
  }
}
