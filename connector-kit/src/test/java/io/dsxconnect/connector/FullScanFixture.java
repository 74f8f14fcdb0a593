package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;

/** Fixture for tests of full scans: a listing that blocks at a file, and checks of its end. */
abstract class FullScanFixture extends ConnectorFixture {
  final CountDownLatch never = new CountDownLatch(1);

  @AfterEach
  void release() {
    never.countDown();
  }

  static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static List<String> samples(JsonNode end) {
    return end.path("error_samples").valueStream().map(JsonNode::asText).toList();
  }

  /** Starts a connector and its full scan of job J; returns when the listing is blocked. */
  Connector scanBlockedAt(int file, InMemoryRepository repository, CountDownLatch until)
      throws IOException {
    return scanBlockedAt(file, repository, until, QUICK, "J");
  }

  /**
   * Starts a connector and its full scan; returns when the listing is blocked.
   *
   * @param file the number of the file, from 0, at which the listing blocks
   * @param until opens to continue the listing
   * @param job the job's id, URL-encoded
   */
  Connector scanBlockedAt(
      int file, InMemoryRepository repository, CountDownLatch until, Timing timing, String job)
      throws IOException {
    CountDownLatch blocked = new CountDownLatch(1);
    repository.beforeFile =
        i -> {
          if (i == file) {
            blocked.countDown();
            awaitLatch(until);
          }
        };
    Connector connector = start(repository, timing);
    fullScan(connector, "job_id=" + job);
    awaitLatch(blocked);
    return connector;
  }

  /** Every file was accepted exactly once, without errors. */
  void assertComplete(InMemoryRepository repository, JsonNode end) {
    assertThat(core.accepted).containsExactlyInAnyOrderElementsOf(repository.files.keySet());
    assertThat(end.path("enqueued_total").asInt()).isEqualTo(repository.files.size());
    assertThat(end.path("errors").asInt()).isZero();
  }
}
