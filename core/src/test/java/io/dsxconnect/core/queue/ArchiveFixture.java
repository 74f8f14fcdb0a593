package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.record.Retention;
import io.dsxconnect.core.redis.StoredJob;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** Jobs with a single file, scanned, ended and archived. */
abstract class ArchiveFixture extends QueueFixture {
  static final String UUID_OF_CONNECTOR = "11111111-2222-4333-8444-5555555555aa";
  Retention retention;
  Results results;

  @BeforeEach
  void fast() {
    redis.call(c -> c.configSet("appendfsync", "no"));
    retention = new Retention(redis, -1);
    results = new Results(redis);
  }

  void single(String job, @Nullable String name) {
    intake.accept(job, List.of(file(UUID_OF_CONNECTOR, "/data/" + job)), name, null);
  }

  void scanAll(Outcome outcome, double ms) {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    for (Task task : takeAll(queue, Set.of())) {
      assertThat(queue.complete(end(task, outcome, ms))).isTrue();
    }
    RedisStageQueue notify = queue(Stage.NOTIFY, "w1");
    takeAll(notify, Set.of()).forEach(task -> notify.complete(Handoff.of(task)));
  }

  void endIdle() {
    clock.advance(Duration.ofSeconds(61));
    while (jobs.endIdle(Duration.ofSeconds(60)) > 0) {
      assertThat(clock.nanos()).isPositive();
    }
  }

  void archive() {
    clock.advance(Duration.ofSeconds(61));
    retention.upkeep();
  }

  boolean isArchived(String job) {
    return StoredJob.find(redis, job).filter(StoredJob::archived).isPresent();
  }

  void archivedSingle(String job) {
    single(job, null);
    scanAll(Outcome.BENIGN, 1.5);
    endIdle();
    archive();
    assertThat(isArchived(job)).isTrue();
  }

  Map<String, Job> byId(Collection<String> ids) {
    return ids.stream().collect(Collectors.toMap(id -> id, id -> jobs.find(id).orElseThrow()));
  }
}
