package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.http.client.ClientSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class BatchSenderTest {
  private final ListingCounts tally = new ListingCounts();

  @Test
  void bug_a_batch_that_died_of_an_error_vanished_from_its_job() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    try (FakeCore core = FakeCore.running();
        CoreClient client = new CoreClient(core.target(), null, ClientSettings.DEFAULT)) {
      BatchSender feed =
          feed(
              client,
              () -> {
                if (batches.incrementAndGet() == 1) {
                  throw new OutOfMemoryError("made up");
                }
                return "key-" + batches.get();
              });
      feed.send(List.of(file("/a"), file("/b")), true);
      feed.finish();
      BatchSender next = feed(client, () -> "other");
      next.send(List.of(file("/c")), true);
      next.finish();
      assertThat(core.taken).containsExactly("/c");
    }
    assertThat(tally.body()).containsEntry("enqueued_total", 1L).containsEntry("errors", 2L);
    assertThat(tally.body().get("error_samples"))
        .isEqualTo(List.of("2 files were not sent: OutOfMemoryError"));
  }

  @Test
  void bug_a_batch_whose_answer_was_lost_was_sent_again_under_other_keys() throws Exception {
    try (FakeCore core = FakeCore.running();
        CoreClient client = new CoreClient(core.target(), null, ClientSettings.DEFAULT)) {
      core.answers.add(FakeCore.Answer.TAKEN_BUT_SILENT, 1);
      core.answers.add(FakeCore.Answer.QUEUES_NOTHING, 1);
      core.announcesBatches = false;
      BatchSender feed = feed(client, () -> "key");
      feed.send(List.of(file("/a"), file("/b")), true);
      feed.finish();
      assertThat(core.taken).containsExactly("/a", "/b");
    }
    assertThat(tally.body()).containsEntry("enqueued_total", 2L).containsEntry("errors", 0L);
  }

  private BatchSender feed(CoreClient client, Supplier<String> ids) {
    Timing quick = new Timing(Duration.ofSeconds(1), Duration.ofMillis(1), Duration.ofSeconds(1));
    return new BatchSender(
        client, "J", tally, new LongAdder(), new StopSignal(Duration.ofSeconds(1)), quick, 1, ids);
  }

  private static ScanRequest file(String location) throws Exception {
    return ScanRequest.parse(
        "{\"location\":\"%s\",\"metainfo\":\"m\",\"connector_url\":\"http://127.0.0.1:1/c\"}"
            .formatted(location));
  }
}
