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
  private final ListingCounts counts = new ListingCounts();

  @Test
  void bug_a_batch_that_died_of_an_error_vanished_from_its_job() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    try (FakeCore core = FakeCore.running();
        CoreClient client = new CoreClient(core.target(), null, ClientSettings.DEFAULT)) {
      BatchSender sender =
          sender(
              client,
              () -> {
                if (batches.incrementAndGet() == 1) {
                  throw new OutOfMemoryError("made up");
                }
                return "key-" + batches.get();
              });
      sender.send(List.of(file("/a"), file("/b")), true);
      sender.finish();
      BatchSender next = sender(client, () -> "other");
      next.send(List.of(file("/c")), true);
      next.finish();
      assertThat(core.accepted).containsExactly("/c");
    }
    assertThat(counts.body()).containsEntry("enqueued_total", 1L).containsEntry("errors", 2L);
    assertThat(counts.body().get("error_samples"))
        .isEqualTo(List.of("2 files were not sent: OutOfMemoryError"));
  }

  @Test
  void bug_a_batch_whose_answer_was_lost_was_sent_again_under_other_keys() throws Exception {
    try (FakeCore core = FakeCore.running();
        CoreClient client = new CoreClient(core.target(), null, ClientSettings.DEFAULT)) {
      core.answers.add(FakeCore.Answer.ACCEPTED_WITHOUT_RESPONSE, 1);
      core.answers.add(FakeCore.Answer.QUEUED_NOTHING, 1);
      core.announcesBatches = false;
      BatchSender sender = sender(client, () -> "key");
      sender.send(List.of(file("/a"), file("/b")), true);
      sender.finish();
      assertThat(core.accepted).containsExactly("/a", "/b");
    }
    assertThat(counts.body()).containsEntry("enqueued_total", 2L).containsEntry("errors", 0L);
  }

  private BatchSender sender(CoreClient client, Supplier<String> ids) {
    Timing quick = new Timing(Duration.ofSeconds(1), Duration.ofMillis(1), Duration.ofSeconds(1));
    return new BatchSender(
        new ScanRun(client, "J", counts, new StopSignal(Duration.ofSeconds(1)), quick),
        new LongAdder(),
        1,
        ids);
  }

  private static ScanRequest file(String location) throws Exception {
    return ScanRequest.parse(
        "{\"location\":\"%s\",\"metainfo\":\"m\",\"connector_url\":\"http://127.0.0.1:1/c\"}"
            .formatted(location));
  }
}
