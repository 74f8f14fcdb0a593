package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.CancelledFiles;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.record.Retention;
import io.dsxconnect.core.redis.IntakeClosedException;
import io.dsxconnect.core.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A full Redis accepts no new files, and every accepted file still ends. */
class FullRedisTest extends QueueFixture {
  @BeforeEach
  void fast() {
    redis.call(c -> c.configSet("appendfsync", "no"));
  }

  @AfterEach
  void removeLimit() {
    redis.call(c -> c.configSet("maxmemory", "0"));
  }

  private Map<String, String> memory() {
    return redis
        .call(c -> c.info("memory"))
        .lines()
        .filter(line -> line.indexOf(':') > 0)
        .map(line -> line.split(":", 2))
        .collect(Collectors.toMap(part -> part[0], part -> part[1].strip(), (a, b) -> a));
  }

  private void leaveRoomFor(long bytes) {
    String maximum = Long.toString(usedMemory() + bytes);
    redis.call(c -> c.configSet("maxmemory", maximum));
  }

  /** Accepts files until intake closes; returns their number. */
  private int fill(String job) {
    for (int i = 0; ; i += 100) {
      try {
        intake.accept(job, files("c1", 100));
      } catch (RedisUnavailableException e) {
        assertThat(e).isInstanceOf(IntakeClosedException.class);
        return i;
      }
    }
  }

  private void awaitReading(boolean above) {
    Awaitility.await()
        .pollInterval(Duration.ofMillis(50))
        .until(() -> redis.memory().aboveMark() == above);
  }

  private void scanAll() {
    RedisStageQueue scan = queue(Stage.SCAN, "w1");
    RedisStageQueue notify = queue(Stage.NOTIFY, "w1");
    for (List<Task> batch = scan.take(64, Set.of());
        !batch.isEmpty();
        batch = scan.take(64, Set.of())) {
      batch.forEach(task -> assertThat(scan.complete(end(task, Outcome.BENIGN))).isTrue());
      for (Task notification : notify.take(64, Set.of())) {
        assertThat(notify.complete(Handoff.of(notification).event("events", notification.body())))
            .isTrue();
      }
    }
  }

  @Test
  void bug_a_full_redis_takes_nothing_new_and_every_accepted_file_ends() {
    leaveRoomFor(6 << 20);
    int accepted = fill("J");
    assertThat(accepted).isPositive();
    awaitReading(true);
    assertThatThrownBy(() -> intake.accept("K", files("c1", 1)))
        .isInstanceOf(IntakeClosedException.class)
        .hasMessageContaining("intake stops at 80 %");
    redis.call(c -> c.configSet("maxmemory", "1"));
    jobs.enqueueDone("J", new Jobs.Listed(accepted, 0, 0));
    scanAll();
    assertThat(ledger("J").benign()).isEqualTo(accepted);
    assertThat(ledger("J").balanced()).isTrue();
    assertThat(jobs.find("J").orElseThrow().status()).isEqualTo("completed");
  }

  @Test
  void bug_redis_itself_refuses_new_files_when_the_mark_was_passed_unseen() {
    assertThat(redis.memory().aboveMark()).isFalse();
    redis.call(c -> c.configSet("maxmemory", "1"));
    // Refused by Redis, or by the high-water mark if the cached reading has just expired.
    assertThatThrownBy(() -> intake.accept("J", files("c1", 1)))
        .isInstanceOf(RedisUnavailableException.class);
    assertThat(jobs.find("J")).isEmpty();
  }

  @Test
  void bug_retries_pause_resume_cancel_and_the_sweep_work_without_memory() {
    jobs.announce("J", "c1", "c1", false);
    intake.accept("J", files("c1", 20));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    List<Task> tasks = queue.take(3, Set.of());
    redis.call(c -> c.configSet("maxmemory", "1"));
    assertThat(queue.complete(Handoff.of(tasks.get(0)).later(Duration.ofSeconds(5)))).isTrue();
    assertThat(queue.complete(Handoff.of(tasks.get(1)).back())).isTrue();
    clock.advance(Duration.ofSeconds(6));
    assertThat(queue.sweep(0)).isEmpty();
    assertThat(jobs.steer("J", Jobs.Verb.PAUSE)).isEqualTo(Jobs.Steered.OK);
    assertThat(jobs.steer("J", Jobs.Verb.RESUME)).isEqualTo(Jobs.Steered.OK);
    assertThat(jobs.steer("J", Jobs.Verb.CANCEL)).isEqualTo(Jobs.Steered.OK);
    assertThat(queue.complete(end(tasks.get(2), Outcome.BENIGN))).isTrue();
    assertThat(ledger("J").cancelled()).isEqualTo(19);
    assertThat(ledger("J").balanced()).isTrue();
    assertThat(new CancelledFiles(redis, new Origins(redis), clock, -1).recordAll()).isEqualTo(19);
    assertThat(new Results(redis).recordedOf("J")).isEqualTo(20);
  }

  @Test
  void bug_cancelling_many_files_stays_under_maxmemory_and_records_them_all() {
    int files = 30_000;
    for (int i = 0; i < files; i += 1000) {
      intake.accept("J", files("c1", 1000));
    }
    leaveRoomFor(usedMemory() / 2);
    long maximum = Long.parseLong(memory().get("maxmemory"));
    assertThat(jobs.steer("J", Jobs.Verb.CANCEL)).isEqualTo(Jobs.Steered.OK);
    Retention retention = new Retention(redis, 100_000);
    CancelledFiles cancelled =
        new CancelledFiles(redis, new Origins(redis), clock, retention::records);
    assertThat(cancelled.recordAll()).isEqualTo(files);
    retention.upkeep();
    assertThat(Long.parseLong(memory().get("used_memory_peak"))).isLessThan(maximum);
    assertThat(new Results(redis).recordedOf("J")).isEqualTo(files);
    assertThat(ledger("J").cancelled()).isEqualTo(files);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void bug_records_make_room_when_they_alone_keep_intake_closed() {
    intake.accept("J", files("c1", 3000));
    scanAll();
    leaveRoomFor(100_000);
    awaitReading(true);
    Retention retention = new Retention(redis, 100_000);
    retention.upkeep();
    assertThat(new Results(redis).prunedOf("J")).isPositive();
    leaveRoomFor(100 << 20);
    awaitReading(false);
    assertThat(retention.records()).isEqualTo(100_000);
  }
}
