package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.testing.Http;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a listing that is stopped, killed, refused or shared by replicas. */
class FullScanEndTest extends FullScanFixture {
  @TempDir Path other;

  /** The bug: enqueue_done had errors=0, so the job was completed without files never listed. */
  @Test
  void a_listing_that_is_stopped_counts_as_an_error() throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(1000);
    CountDownLatch closing = new CountDownLatch(1);
    Timing timing = new Timing(QUICK.heartbeat(), QUICK.retry(), Duration.ofSeconds(5));
    Connector connector = scanBlockedAt(250, repository, closing, timing, "J");
    Thread close = Thread.ofVirtual().start(connector::close);
    // A stopping connector refuses new scans; the listing must continue only after that.
    await()
        .until(
            () -> Http.call("POST", connector.url() + "/full_scan?job_id=X", "").status() == 503);
    closing.countDown();
    close.join();
    JsonNode end = endOf("J");
    assertThat(end.path("errors").asInt()).isEqualTo(1);
    assertThat(samples(end)).containsExactly("memory: listing was stopped before its end");
    assertThat(end.path("enqueued_total").asInt()).isEqualTo(250).isEqualTo(core.accepted.size());
    assertThat(data.resolve("scans")).isEmptyDirectory();
  }

  /** The bug: close, or the next process, waited forever for a core that was down. */
  @Test
  void a_stop_while_the_core_is_down_takes_no_longer_than_the_grace_period() throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(5000);
    CountDownLatch proceed = new CountDownLatch(1);
    Connector connector = scanBlockedAt(250, repository, proceed);
    core.stop();
    proceed.countDown();
    long start = System.nanoTime();
    connector.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));

    // The next process reports what this one could not.
    core.start();
    start(InMemoryRepository.of(0));
    JsonNode end = endOf("J");
    assertThat(end.path("errors").asInt()).isPositive();
    assertThat(samples(end)).contains("memory: listing was stopped before its end");
    assertThat(end.path("enqueued_total").asInt()).isEqualTo(core.accepted.size());
    await().until(() -> isEmpty(data.resolve("scans")));
  }

  @Test
  void a_listing_that_hangs_does_not_hold_up_a_stop() throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(10);
    Connector connector = scanBlockedAt(5, repository, never);
    long start = System.nanoTime();
    connector.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    assertThat(ends("J")).isZero();
    assertThat(notes()).contains(FullScans.KILLED);
    // If the listing returns before the process ends, the next start reports its counts.
    never.countDown();
    await().until(() -> notes().contains(FullScan.STOPPED));
  }

  private String notes() throws Exception {
    StringBuilder notes = new StringBuilder();
    try (var files = Files.walk(data.resolve("scans"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        notes.append(Files.readString(file));
      }
    }
    return notes.toString();
  }

  /** The bug: a connector that was killed during a listing left its job open forever. */
  @Test
  void a_scan_that_a_kill_cut_off_is_ended_at_the_next_start() throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(10);
    scanBlockedAt(5, repository, never, QUICK, "odd%20job");
    core.stop();

    // Another process starts on a copy, because the first one still locks its folder.
    Path killed = data;
    data = Files.createDirectory(other.resolve("data"));
    copy(killed.resolve("scans"), data.resolve("scans"));
    start(InMemoryRepository.of(0));
    core.start();
    JsonNode end = endOf("odd job");
    assertThat(end.path("errors").asInt()).isEqualTo(1);
    assertThat(samples(end)).containsExactly("memory: the connector was stopped while it listed");
    await().until(() -> isEmpty(data.resolve("scans")));
  }

  @Test
  void the_end_of_a_scan_is_reported_until_the_core_accepts_it() throws Exception {
    core.start();
    core.endStatus = 503;
    InMemoryRepository repository = InMemoryRepository.of(5);
    fullScan(start(repository), "job_id=J");
    await().until(() -> core.accepted.size() == 5);
    assertThat(isEmpty(data.resolve("scans"))).isFalse();
    core.endStatus = 0;
    assertComplete(repository, endOf("J"));
    await().until(() -> isEmpty(data.resolve("scans")));
  }

  @Test
  void a_damaged_note_of_a_scan_does_not_keep_a_connector_from_starting() throws Exception {
    core.start();
    Files.createDirectories(data.resolve("scans"));
    Files.writeString(data.resolve("scans/damaged.json"), "{\"job\":");
    InMemoryRepository repository = InMemoryRepository.of(5);
    fullScan(start(repository), "job_id=J");
    assertComplete(repository, endOf("J"));
  }

  /** Whether the folder contains no note. */
  private static boolean isEmpty(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      return files.noneMatch(file -> file.toString().endsWith(".json"));
    }
  }

  private static void copy(Path from, Path to) throws Exception {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void bug_a_replica_that_started_on_the_same_folder_ended_the_scan_of_the_other()
      throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(10);
    CountDownLatch proceed = new CountDownLatch(1);
    scanBlockedAt(5, repository, proceed);
    InMemoryRepository empty = InMemoryRepository.of(0);
    fullScan(start(empty), "job_id=OTHER");
    endOf("OTHER");
    assertThat(ends("J")).isZero();
    proceed.countDown();
    assertThat(endOf("J").path("errors").asInt()).isZero();
  }

  @Test
  void bug_the_end_of_a_listing_that_a_proxy_refused_was_never_reported_again() throws Exception {
    core.start();
    core.endStatus = 404;
    InMemoryRepository repository = InMemoryRepository.of(5);
    fullScan(start(repository), "job_id=J");
    await().until(() -> core.accepted.size() == 5);
    await().until(() -> core.endCalls.get() > 1);
    core.endStatus = 0;
    assertComplete(repository, endOf("J"));
  }

  @Test
  void bug_a_kill_right_after_the_answer_left_a_job_that_nobody_ended() throws Exception {
    Connector connector = start(InMemoryRepository.of(1));
    fullScan(connector, "job_id=J");
    assertThat(notes()).contains(FullScans.KILLED);
  }
}
