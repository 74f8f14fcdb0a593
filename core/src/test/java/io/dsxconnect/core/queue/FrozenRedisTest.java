package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Redis hangs or loses its master while its connections stay open. */
class FrozenRedisTest extends QueueFixture {
  private static final Duration SHORT_LEASE = Duration.ofSeconds(2);
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  @Override
  protected MonotonicClock ticks() {
    return MonotonicClock.SYSTEM;
  }

  @AfterEach
  void thaw() {
    server.thaw();
  }

  @Test
  void bug_a_redis_that_hangs_for_longer_than_a_lease_is_connected_to_again_and_loses_nothing() {
    intake.accept("J", files("c1", 2));
    RedisStageQueue owner = new RedisStageQueue(redis, Stage.SCAN, "w1", SHORT_LEASE);
    List<Task> held = owner.take(2, Set.of());
    try (Redis othersRedis = server.connect()) {
      RedisStageQueue other = new RedisStageQueue(othersRedis, Stage.SCAN, "w2", SHORT_LEASE);
      assertThat(owner.sweep(0)).isEmpty();
      assertThat(other.sweep(0)).isEmpty();
      server.freeze();
      // The watch pings once a second and allows 8 s for an answer; until then calls wait.
      await()
          .atMost(MAX_WAIT)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> redis.call(c -> c.get("x")))
                      .isInstanceOf(RedisUnavailableException.class)
                      .hasMessageMatching("Redis at .*(connecting again|does not answer).*"));
      assertThat(redis.alive()).as("readiness").isFalse();
      assertThat(redis.refusesWrites()).startsWith("Redis at ");
      server.thaw();
      await().atMost(MAX_WAIT).until(() -> redis.alive() && othersRedis.alive());
      assertThat(other.sweep(10))
          .as("claims within the lease that the owner gets to renew")
          .isEmpty();
      assertThat(owner.renew(held)).as("lost tasks").isEmpty();
      assertThat(held).allMatch(task -> owner.complete(end(task, Outcome.BENIGN)));
      assertThat(held).noneMatch(task -> owner.complete(end(task, Outcome.BENIGN)));
      assertThat(other.take(10, Set.of())).isEmpty();
      assertThat(ledger("J").benign()).isEqualTo(2);
      assertThat(ledger("J").balanced()).isTrue();
    }
  }

  @Test
  void waiting_for_work_on_a_connection_whose_other_end_hangs_ends_within_seconds() {
    RedisStageQueue queue = new RedisStageQueue(redis, Stage.SCAN, "w1", SHORT_LEASE);
    queue.await(Duration.ofMillis(10));
    server.freeze();
    Thread waiting = Thread.startVirtualThread(() -> awaitFails(queue));
    await().atMost(Duration.ofSeconds(20)).until(() -> !waiting.isAlive());
    server.thaw();
    await().atMost(MAX_WAIT).until(redis::alive);
    intake.accept("J", files("c1", 1));
    queue.await(MAX_WAIT);
    assertThat(queue.take(1, Set.of())).hasSize(1);
    queue.close();
  }

  private static void awaitFails(RedisStageQueue queue) {
    assertThatThrownBy(() -> queue.await(Duration.ofSeconds(1)))
        .isInstanceOf(RedisUnavailableException.class);
  }

  @Test
  void bug_a_hand_off_to_a_replica_that_lost_its_master_waits_and_is_not_given_up() {
    intake.accept("J", files("c1", 1));
    RedisStageQueue queue = new RedisStageQueue(redis, Stage.SCAN, "w1", LEASE);
    Task task = queue.take(1, Set.of()).getFirst();
    redis.call(c -> c.configSet("replica-serve-stale-data", "no"));
    redis.call(c -> c.replicaof("127.0.0.1", 1));
    try {
      assertThatThrownBy(() -> queue.complete(end(task, Outcome.BENIGN)))
          .isInstanceOf(RedisUnavailableException.class)
          .hasMessageContaining("it is a replica that lost its master");
      assertThat(redis.refusesWrites()).contains("it is a replica");
    } finally {
      redis.call(c -> c.replicaofNoOne());
      redis.call(c -> c.configSet("replica-serve-stale-data", "yes"));
    }
    assertThat(queue.complete(end(task, Outcome.BENIGN))).isTrue();
    assertThat(ledger("J").benign()).isEqualTo(1);
  }
}
