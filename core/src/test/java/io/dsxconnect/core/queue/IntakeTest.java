package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.redis.IntakeClosedException;
import io.dsxconnect.core.redis.Key;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A batch that is repeated under the same idempotency key is accepted once. */
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

  @Test
  void bug_the_answer_to_a_repeat_costs_little_however_many_files_it_names() {
    intake.accept("J", files("c1", 1000), null, "key");
    List<String> kept = redis.call(c -> c.keys(redis.keys().of(Key.ONCE, "*")));
    assertThat(kept).hasSize(1);
    assertThat(redis.<Long>call(c -> c.memoryUsage(kept.getFirst()))).isLessThan(300);
    assertThat(redis.<Long>call(c -> c.ttl(kept.getFirst()))).isBetween(86_000L, 86_400L);
  }

  @Test
  void bug_the_same_key_with_other_files_is_no_repeat() {
    intake.accept("J", files("c1", 1), null, "key");
    assertThat(intake.accept("J", List.of(file("c1", "/data/other")), null, "key"))
        .isEqualTo(new Intake.Answer.KeyReused());
    assertThat(ledger("J").accepted()).isEqualTo(1);
  }

  @Test
  void bug_only_so_many_addresses_of_no_registered_connector_have_files_waiting() {
    for (int i = 0; i < 64; i++) {
      intake.accept("J" + i, files("foreign-" + i, 1));
    }
    assertThatThrownBy(() -> intake.accept("more", files("foreign-64", 1)))
        .isInstanceOf(IntakeClosedException.class)
        .hasMessageContaining("too_many_unknown_addresses");
    assertThat(jobs.find("more")).isEmpty();
    intake.accept("J0", files("foreign-0", 1));
    String url = file("known", "/data/0").connectorUrl();
    redis.call(c -> c.set(redis.keys().of(Key.CONNECTOR, "known"), "{\"url\":\"" + url + "\"}"));
    assertThat(intake.accept("registered", files("known", 1)))
        .isInstanceOf(Intake.Answer.Accepted.class);
    jobs.announce("announced", "c9", "c9", false);
    assertThat(intake.accept("announced", files("c9", 1)))
        .isInstanceOf(Intake.Answer.Accepted.class);
    jobs.steer("J3", Jobs.Verb.CANCEL);
    assertThat(intake.accept("more", files("foreign-64", 1)))
        .isInstanceOf(Intake.Answer.Accepted.class);
  }
}
