package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;

/** What the tests of full scans share: a listing that blocks at a file, and how it ended. */
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

  /** Blocks the listing at a file until the latch is open; tells when it got there. */
  static CountDownLatch blockAt(InMemoryRepository repository, int file, CountDownLatch until) {
    CountDownLatch there = new CountDownLatch(1);
    repository.beforeFile =
        i -> {
          if (i == file) {
            there.countDown();
            awaitLatch(until);
          }
        };
    return there;
  }

  void assertComplete(InMemoryRepository repository, JsonNode end) {
    assertThat(core.accepted).containsExactlyInAnyOrderElementsOf(repository.files.keySet());
    assertThat(end.path("enqueued_total").asInt()).isEqualTo(repository.files.size());
    assertThat(end.path("errors").asInt()).isZero();
  }
}
