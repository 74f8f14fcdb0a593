package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.record.CancelledFiles;
import io.dsxconnect.core.record.Retention;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Prints the memory that Redis needs per waiting file, record, job and dead letter. It tests no
 * guarantee, so it runs only by name: {@code mvn -pl core test -Dtest=MemoryTable
 * -Ddsx.memory.files=100000}.
 */
class MemoryTable extends QueueFixture {
  private static final int FILES = Integer.getInteger("dsx.memory.files", 50_000);
  private static final int LISTING_BATCH = 100;
  private static final String LOCATION = "/srv/share/department/2026/reports/document";

  @Test
  void table() {
    redis.call(c -> c.configSet("appendonly", "no"));
    measureFullScan();
    startEmpty();
    measureSingleFileJobs();
    startEmpty();
    measureDeadLetters();
  }

  private void startEmpty() {
    redis.call(c -> c.flushall());
    open();
  }

  private void measureFullScan() {
    long before = usedMemory();
    jobs.announce("J", "c1", "c1", false);
    for (int i = 0; i < FILES; i += LISTING_BATCH) {
      intake.accept("J", batch(i), null, "batch-" + i);
    }
    line(FILES + " waiting files with idempotency keys", usedMemory() - before, FILES);
    jobs.steer("J", Jobs.Verb.CANCEL);
    CancelledFiles cancelled = new CancelledFiles(redis, new Origins(redis), clock, -1);
    long recorded = cancelled.recordAll();
    line("the same, cancelled and recorded, not notified", usedMemory() - before, FILES);
    endNotifications();
    assertThat(recorded).isEqualTo(FILES);
    line("the same, notified", usedMemory() - before, FILES);
  }

  private void measureSingleFileJobs() {
    long before = usedMemory();
    int singles = FILES / 2;
    scanSingleFiles(singles);
    clock.advance(Duration.ofSeconds(61));
    while (jobs.endIdle(Duration.ofSeconds(60)) > 0) {
      assertThat(singles).isPositive();
    }
    line(singles + " single-file jobs that have ended", usedMemory() - before, singles);
    clock.advance(Duration.ofSeconds(61));
    Retention retention = new Retention(redis, 0);
    for (int i = 0; i < singles; i += 20_000) {
      retention.upkeep();
    }
    line("the same, archived", usedMemory() - before, singles);
  }

  private void scanSingleFiles(int count) {
    RedisStageQueue scan = queue(Stage.SCAN, "w1");
    for (int i = 0; i < count; i++) {
      intake.accept("single-file-job-with-a-uuid-as-name-" + i, files("c1", 1));
      if (i % 64 == 63 || i == count - 1) {
        for (Task task : takeAll(scan, Set.of())) {
          String json = "{\"id\":-1,\"scan_request_task_id\":\"" + task.id() + "\"}";
          scan.complete(
              Handoff.of(task)
                  .outcome(
                      Outcome.BENIGN,
                      new Handoff.Measured(4, 10, false, 1, 1),
                      "/data/x",
                      json,
                      0));
        }
        endNotifications();
      }
    }
  }

  private void measureDeadLetters() {
    long before = usedMemory();
    int count = FILES / 10;
    String name = new DeadLetters(redis).name(Stage.SCAN);
    String item = deadLetter();
    for (int i = 0; i < count; i++) {
      redis.call(c -> c.xadd(name, Map.of("item", item)));
    }
    line(count + " dead letters", usedMemory() - before, count);
  }

  private static String deadLetter() {
    Task task =
        new Task(
            Stage.SCAN,
            new Task.Delivery("c1-0/J", "1-1", "1"),
            new Task.Attempts(5, 0, 0, false),
            new Task.Message(
                "0f9a2b5e-task",
                "J",
                "0123456789abcdef",
                "{\"location\":\"" + LOCATION + ".pdf\"}"));
    ScanRequest request = file("c1", LOCATION + ".pdf");
    return DeadLetter.of(
            task, Origin.of(request), "max_retries_exceeded", "connector: 500", request, null)
        .json();
  }

  private static void line(String what, long bytes, long count) {
    System.out.printf("%-60s %,14d bytes, %,8d each%n", what, bytes, bytes / count);
  }

  /** Files as our connectors list them, with locations of typical length. */
  private List<ScanRequest> batch(int from) {
    return IntStream.range(from, from + LISTING_BATCH)
        .mapToObj(i -> file("c1", LOCATION + "-" + i + ".pdf"))
        .map(f -> f.withConnector(null, "http://c:1/fs"))
        .toList();
  }

  private void endNotifications() {
    RedisStageQueue notify = queue(Stage.NOTIFY, "w1");
    for (List<Task> batch = notify.take(64, Set.of());
        !batch.isEmpty();
        batch = notify.take(64, Set.of())) {
      batch.forEach(task -> notify.complete(Handoff.of(task)));
    }
  }
}
