package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.testing.Http;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FullScanTest extends FullScanFixture {
  @Test
  void every_file_is_sent_exactly_once_though_the_core_fails_and_restarts() throws Exception {
    InMemoryRepository repository = InMemoryRepository.of(3000);
    core.answers.add(FakeCore.Answer.UNAVAILABLE, 3);
    core.answers.add(FakeCore.Answer.ACCEPTED_WITHOUT_RESPONSE, 4);
    core.answers.add(FakeCore.Answer.QUEUED_NOTHING, 2);
    repository.beforeFile =
        i -> {
          if (i == 1500) {
            core.stop();
            core.start();
            core.answers.add(FakeCore.Answer.ACCEPTED_WITHOUT_RESPONSE, 2);
          }
        };
    core.start();
    Connector connector = start(repository);
    fullScan(connector, "job_id=J");
    assertComplete(repository, endOf("J"));
    assertThat(core.answers.isEmpty()).isTrue();
    assertThat(core.calls.get()).isGreaterThan(core.batchSizes.size());
    assertThat(Http.get(connector.url() + "/").json().path("scan_requests_since_active_count"))
        .hasToString("3000");
  }

  @Test
  void a_scan_that_begins_while_the_core_is_down_waits_for_it() throws Exception {
    InMemoryRepository repository = InMemoryRepository.of(250);
    Connector connector = start(repository);
    fullScan(connector, "job_id=J");
    core.start();
    assertComplete(repository, endOf("J"));
    assertThat(core.batchSizes).containsExactlyInAnyOrder(100, 100, 50);
  }

  @Test
  void batches_are_never_larger_than_the_core_announced() throws Exception {
    core.start();
    core.maxBatchFiles = 7;
    InMemoryRepository repository = InMemoryRepository.of(100);
    fullScan(start(repository), "job_id=J");
    assertComplete(repository, endOf("J"));
    assertThat(Collections.max(core.batchSizes)).isEqualTo(7);
  }

  @Test
  void a_batch_size_that_was_asked_for_is_kept() throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(100);
    fullScan(start(repository), "job_id=J&batch=true&batch_size=3");
    assertComplete(repository, endOf("J"));
    assertThat(Collections.max(core.batchSizes)).isEqualTo(3);
  }

  @Test
  void a_core_that_takes_no_batches_gets_files_one_by_one() throws Exception {
    core.start();
    core.batches = false;
    InMemoryRepository repository = InMemoryRepository.of(30);
    fullScan(start(repository), "job_id=J");
    assertComplete(repository, endOf("J"));
    assertThat(Collections.max(core.batchSizes)).isEqualTo(1);
  }

  @Test
  void a_core_that_stops_accepting_batches_during_a_scan_loses_no_file() throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(300);
    repository.beforeFile = i -> core.batches = i < 150;
    fullScan(start(repository), "job_id=J");
    assertComplete(repository, endOf("J"));
  }

  @Test
  void a_paused_job_waits_and_goes_on() throws Exception {
    core.start();
    core.paused = true;
    InMemoryRepository repository = InMemoryRepository.of(2000);
    fullScan(start(repository), "job_id=J");
    await().until(() -> core.calls.get() > 20);
    assertThat(core.accepted).isEmpty();
    assertThat(ends("J")).isZero();
    core.paused = false;
    assertComplete(repository, endOf("J"));
  }

  @Test
  void a_cancelled_job_ends_the_listing_and_is_no_error() throws Exception {
    core.start();
    AtomicInteger listed = new AtomicInteger();
    InMemoryRepository repository = InMemoryRepository.of(50_000);
    repository.beforeFile =
        i -> {
          listed.set(i);
          core.cancelled = i >= 1000;
        };
    fullScan(start(repository), "job_id=J");
    JsonNode end = endOf("J");
    assertThat(listed.get()).isLessThan(40_000);
    assertThat(end.path("errors").asInt()).isZero();
    assertThat(end.path("enqueued_total").asInt()).isEqualTo(core.accepted.size());
  }

  @Test
  void a_refused_file_is_an_error_and_affects_no_other_file() throws Exception {
    core.start();
    core.refusedFile = "/f00042";
    fullScan(start(InMemoryRepository.of(100)), "job_id=J");
    JsonNode end = endOf("J");
    assertThat(core.accepted).hasSize(99).doesNotHaveDuplicates().doesNotContain("/f00042");
    assertThat(end.path("enqueued_total").asInt()).isEqualTo(99);
    assertThat(end.path("errors").asInt()).isEqualTo(1);
    assertThat(samples(end)).containsExactly("/f00042: the core answers with HTTP 422");
  }

  @Test
  void bug_m12_any_number_of_scans_listed_at_once() throws Exception {
    core.start();
    CountDownLatch until = new CountDownLatch(1);
    InMemoryRepository repository = InMemoryRepository.of(3);
    Connector connector = scanBlockedAt(1, repository, until, QUICK, "J1");
    for (String job : List.of("J2", "J3", "J4")) {
      fullScan(connector, "job_id=" + job);
    }
    // The scan of a job that runs is not a further one.
    fullScan(connector, "job_id=J1");
    Http.Reply fifth = Http.call("POST", connector.url() + "/full_scan?job_id=J5", "");
    assertThat(fifth.status()).isEqualTo(503);
    assertThat(fifth.json().path("description").asText()).contains("4 full scans are running");
    until.countDown();
    for (String job : List.of("J1", "J2", "J3", "J4")) {
      assertThat(endOf(job).path("enqueued_total").asInt()).isEqualTo(3);
    }
    await()
        .until(
            () -> Http.call("POST", connector.url() + "/full_scan?job_id=J5", "").status() == 200);
    assertThat(endOf("J5").path("errors").asInt()).isZero();
    assertThat(ends("J5")).isEqualTo(1);
  }

  @Test
  void bug_m12_a_job_id_was_any_text() throws Exception {
    core.start();
    Connector connector = start(InMemoryRepository.of(3));
    for (String id : List.of("", "a".repeat(257), "a%0Ab", "%7F")) {
      Http.Reply refused = Http.call("POST", connector.url() + "/full_scan?job_id=" + id, "");
      assertThat(refused.status()).as(id).isEqualTo(id.isEmpty() ? 200 : 422);
    }
    assertThat(ends("a\nb")).isZero();
  }

  @Test
  void a_limit_that_is_reached_is_no_error() throws Exception {
    core.start();
    fullScan(start(InMemoryRepository.of(100)), "job_id=J&limit=12");
    JsonNode end = endOf("J");
    assertThat(core.accepted).hasSize(12);
    assertThat(end.path("enqueued_total").asInt()).isEqualTo(12);
    assertThat(end.path("errors").asInt()).isZero();
  }

  @Test
  void a_filter_applies_and_a_repository_that_fails_counts_as_an_error() throws Exception {
    core.start();
    env.put("DSXCONNECTOR_FILTER", "-f00003");
    InMemoryRepository repository = InMemoryRepository.of(10);
    repository.beforeFile =
        i -> {
          if (i == 5) {
            throw new IllegalStateException("a defect");
          }
        };
    fullScan(start(repository), "job_id=J");
    JsonNode end = endOf("J");
    assertThat(core.accepted).containsExactlyInAnyOrder("/f00000", "/f00001", "/f00002", "/f00004");
    assertThat(end.path("errors").asInt()).isEqualTo(1);
    assertThat(samples(end)).containsExactly("memory: listing broke off: IllegalStateException");
  }

  @Test
  void a_repeated_full_scan_joins_the_one_that_runs() throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(200);
    CountDownLatch proceed = new CountDownLatch(1);
    Connector connector = scanBlockedAt(150, repository, proceed);
    fullScan(connector, "job_id=J");
    proceed.countDown();
    assertComplete(repository, endOf("J"));
  }

  @Test
  void bug_an_item_that_the_core_refused_was_not_counted() throws Exception {
    core.start();
    core.refusedItem = "/f00003";
    fullScan(start(InMemoryRepository.of(10)), "job_id=J&batch=true");
    JsonNode end = endOf("J");
    assertThat(end.path("enqueued_total").asInt()).isEqualTo(9);
    assertThat(end.path("errors").asInt()).isEqualTo(1);
    assertThat(samples(end)).containsExactly("/f00003: the core refused it: too long");
  }

  /** 300,000 requests would not fit into this JVM's heap: each contains its connector. */
  @Test
  void a_long_listing_is_not_held_in_memory() throws Exception {
    core.start();
    core.keepsNames = false;
    int files = 300_000;
    AtomicLong ahead = new AtomicLong();
    Repository endless =
        new Repository() {
          @Override
          public String asset() {
            return "long";
          }

          @Override
          public RepoCheck check() {
            return new RepoCheck(true, "ok");
          }

          @Override
          public void list(Filter filter, Listing listing) {
            String folder = "/" + "a-folder/".repeat(100);
            for (int i = 0; i < files; i++) {
              listing.file(new Listing.Item(folder + i, "f" + i, i));
              ahead.accumulateAndGet(i + 1 - core.acceptedCount.get(), Math::max);
            }
          }

          @Override
          public Opened open(io.dsxconnect.contract.ScanRequest request) {
            return new Opened.Missing("File not found");
          }

          @Override
          public java.util.Optional<String> obstacle(io.dsxconnect.contract.ItemAction action) {
            return java.util.Optional.empty();
          }

          @Override
          public io.dsxconnect.contract.ItemActionStatus act(
              io.dsxconnect.contract.ScanRequest request, ActionPlan plan) {
            return io.dsxconnect.contract.ItemActionStatus.NONE;
          }
        };
    fullScan(start(endless), "job_id=J");
    await().atMost(Duration.ofMinutes(2)).until(() -> ends("J") > 0);
    assertThat(endOf("J").path("enqueued_total").asInt()).isEqualTo(files);
    assertThat(core.acceptedCount.get()).isEqualTo(files);
    // At most eight batches in flight and one that is being filled.
    assertThat(ahead.get()).isLessThanOrEqualTo(900);
  }

  @Test
  void bug_an_asset_that_is_not_mounted_was_a_complete_listing_of_nothing() throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(5);
    Connector connector = start(repository);
    fullScan(connector, "job_id=FULL");
    assertThat(endOf("FULL").path("errors").asInt()).isZero();
    repository.files.clear();
    for (String job : List.of("EMPTY", "AGAIN")) {
      fullScan(connector, "job_id=" + job);
      JsonNode end = endOf(job);
      assertThat(end.path("errors").asInt()).isEqualTo(1);
      assertThat(samples(end).getFirst())
          .startsWith(
              "memory: the asset is empty, but its last listing had 5 entries: is it mounted?");
    }
    Files.delete(data.resolve("last-listing.json"));
    fullScan(connector, "job_id=MEANT");
    assertThat(endOf("MEANT").path("errors").asInt()).isZero();
  }

  @Test
  void bug_the_core_could_not_know_that_a_slow_listing_still_goes_on() throws Exception {
    core.start();
    InMemoryRepository repository = InMemoryRepository.of(10);
    CountDownLatch proceed = new CountDownLatch(1);
    scanBlockedAt(5, repository, proceed);
    await()
        .until(
            () -> core.registrations.getLast().path("listing_jobs").path(0).asText().equals("J"));
    proceed.countDown();
    endOf("J");
    await().until(() -> core.registrations.getLast().path("listing_jobs").isMissingNode());
  }
}
