package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream entry that the product did not write, among entries that it did. */
class UnreadableEntryTest extends QueueFixture {
  private RedisStageQueue queue;
  private Task first;

  @BeforeEach
  void acceptThreeFiles() {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 3));
    queue = queue(Stage.SCAN, "w1");
    first = queue.take(1, Set.of()).getFirst();
  }

  private String lane() {
    return redis.keys().of(Key.LANE, Stage.SCAN.queue(), first.lane());
  }

  /** Adds a file to the job whose entry has the given fields. */
  private void addEntry(Map<String, String> fields) {
    redis.call(c -> c.hincrby(redis.keys().of(Key.JOB, "J"), "accepted", 1));
    redis.call(c -> c.hincrby(redis.keys().of(Key.JOB, "J"), "pending", 1));
    redis.call(c -> c.xadd(lane(), fields));
  }

  private long deadLetters() {
    return new DeadLetters(redis).count(Stage.SCAN);
  }

  @Test
  void bug_an_unreadable_entry_broke_the_tasks_taken_with_it() {
    addEntry(Map.of("x", "y"));
    intake.accept("J", files("c1", 1));
    List<Task> taken = queue.take(10, Set.of());
    assertThat(taken).hasSize(3).allMatch(task -> queue.complete(end(task, Outcome.BENIGN)));
    assertThat(queue.complete(end(first, Outcome.BENIGN))).isTrue();
    assertThat(deadLetters()).isEqualTo(1);
    assertThat(ledger("J").failed()).isEqualTo(1);
    assertThat(ledger("J").pending()).isZero();
    assertThat(ledger("J").balanced()).isTrue();
    assertThat(new DeadLetters(redis).requeue(Stage.SCAN, 10).failed()).isEqualTo(1);
  }

  @Test
  void bug_tries_that_are_no_number_broke_the_tasks_taken_with_them() {
    redis.call(c -> c.xadd(lane(), "t", "t9", "j", "J", "n", "many", "o", "o", "b", "{}"));
    redis.call(c -> c.xadd(lane(), "t", "t9", "j", "J", "n", "1:", "o", "o", "b", "{}"));
    assertThat(queue.take(10, Set.of())).hasSize(2);
    assertThat(deadLetters()).isEqualTo(2);
  }

  @Test
  @SuppressWarnings("unchecked") // generic varargs of the Redis driver
  void bug_an_unreadable_entry_broke_the_claim_of_the_tasks_of_a_dead_worker() {
    String entry = redis.call(c -> c.xadd(lane(), Map.of("x", "y")));
    redis.call(
        c ->
            c.xreadgroup(
                io.lettuce.core.Consumer.from("workers", "w1"),
                io.lettuce.core.XReadArgs.StreamOffset.lastConsumed(lane())));
    clock.advance(LEASE);
    expireLeases(first);
    expireLeases(
        new Task(
            Stage.SCAN,
            new Task.Delivery(first.lane(), entry, "1"),
            Task.Attempts.NONE,
            new Task.Message("x", "J", "o", "{}")));
    RedisStageQueue other = queue(Stage.SCAN, "w2");
    assertThat(other.sweep(10)).extracting(Task::id).contains(first.id());
    assertThat(other.sweep(10)).isEmpty();
    assertThat(deadLetters()).isEqualTo(1);
  }

  @Test
  void bug_an_unreadable_retry_delayed_all_others() {
    redis.call(
        c -> c.zadd(redis.keys().of(Key.LATER, Stage.SCAN.queue(), first.lane()), 1, "no JSON"));
    assertThat(queue.complete(Handoff.of(first).later(Duration.ofSeconds(1)))).isTrue();
    clock.advance(Duration.ofSeconds(2));
    assertThat(queue.sweep(0)).isEmpty();
    assertThat(queue.take(10, Set.of())).hasSize(3);
    assertThat(deadLetters()).isEqualTo(1);
  }
}
