package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.job.ActionCounts;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.queue.QueueModel.Books;
import io.dsxconnect.core.record.ActionState;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.Key;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares the product with the model: the ledgers after each step; at the end also the records,
 * the ends of the jobs, the backlogs, the dead letters and the keys left in Redis. Confined to one
 * thread.
 */
final class ModelInvariants {
  private static final int MAX_RECORDS = 10_000;

  private final QueueFixture product;
  private final QueueModel model;
  private final DeadLetters letters;
  private final Results results;

  ModelInvariants(QueueFixture product, QueueModel model) {
    this.product = product;
    this.model = model;
    this.letters = new DeadLetters(product.redis());
    this.results = new Results(product.redis());
  }

  void checkAfterStep() {
    checkLedgers(false);
    checkActions();
    checkIndex();
  }

  /** A job's counts of item actions are those of its records. */
  private void checkActions() {
    for (String id : model.jobs.keySet()) {
      ActionCounts counts = product.jobs.find(id).map(ActionCounts::of).orElse(null);
      if (counts != null) {
        Map<ActionState, Long> records =
            results.ofJob(id, MAX_RECORDS).stream()
                .collect(Collectors.groupingBy(ActionState::of, Collectors.counting()));
        assertThat(counts)
            .as("item actions of %s", id)
            .isEqualTo(
                new ActionCounts(
                    counts.pending(),
                    records.getOrDefault(ActionState.SUCCEEDED, 0L),
                    records.getOrDefault(ActionState.FAILED, 0L),
                    records.getOrDefault(ActionState.UNCONFIRMED, 0L)));
      }
    }
  }

  /** The index of active jobs has each job that has not ended, and no other. */
  private void checkIndex() {
    Set<String> active =
        model.jobs.keySet().stream()
            .filter(id -> product.jobs.find(id).filter(job -> !job.finished()).isPresent())
            .collect(Collectors.toSet());
    List<String> index =
        product.redis().call(c -> c.zrange(product.redis().keys().of(Key.ACTIVE), 0, -1));
    assertThat(index).as("index of active jobs").containsExactlyInAnyOrderElementsOf(active);
  }

  /** Requires that nothing is waiting or in work. */
  void checkAtEnd() {
    checkLedgers(true);
    checkActions();
    checkIndex();
    model.jobs.forEach(
        (id, books) -> {
          if (!books.tasks.isEmpty()) {
            checkRecords(id, books);
            checkJobEnded(id, books);
          }
        });
    checkQueues();
    checkKeys();
  }

  /** Also marks a finished job as not paused in the model: its end clears the pause. */
  private void checkLedgers(boolean exactly) {
    model.jobs.forEach(
        (id, books) ->
            product
                .jobs
                .find(id)
                .ifPresentOrElse(
                    job -> {
                      model.checkLedger(id, job.ledger(), exactly);
                      if (job.finished()) {
                        assertThat(books.pending).as("pending of finished job %s", id).isZero();
                        books.paused = false;
                      }
                    },
                    () -> assertThat(books.tasks).isEmpty()));
  }

  /** Each file has exactly one record, with the outcome of the model unless it was replayed. */
  private void checkRecords(String id, Books books) {
    List<ScanResult> records = results.ofJob(id, MAX_RECORDS);
    assertThat(records)
        .as("records of %s", id)
        .extracting(ScanResult::scanRequestTaskId)
        .containsExactlyInAnyOrderElementsOf(books.tasks);
    for (ScanResult record : records) {
      if (!model.replayed.contains(record.scanRequestTaskId())) {
        assertThat(record.outcome())
            .as("record of %s", record.scanRequestTaskId())
            .isEqualTo(model.outcomes.get(record.scanRequestTaskId()));
      }
    }
  }

  private void checkJobEnded(String id, Books books) {
    Job job = product.jobs.find(id).orElseThrow();
    assertThat(job.number("actions_pending")).as("pending actions of %s", id).isZero();
    assertThat(job.finished()).as("%s has ended: %s", id, job.fields()).isTrue();
    assertThat(job.status()).as("status of %s", id).isEqualTo(status(books));
  }

  private void checkQueues() {
    for (Stage stage : Stage.values()) {
      assertThat(product.jobs.backlog(stage)).as("backlog of %s", stage).isZero();
    }
    for (Stage stage : DeadLetters.STAGES) {
      assertThat(letters.count(stage))
          .as("dead letters of %s", stage)
          .isEqualTo(model.dead(stage).size());
    }
  }

  private void checkKeys() {
    String prefix = product.redis().keys().prefix();
    List<String> keys = product.redis().call(c -> c.keys("*"));
    assertThat(
            keys.stream()
                .map(key -> key.substring(prefix.length()))
                .filter(ModelInvariants::isOfUnfinishedWork))
        .as("keys of unfinished work that nothing will delete")
        .isEmpty();
  }

  private static boolean isOfUnfinishedWork(String key) {
    return key.contains(":lane:")
        || key.contains(":later:")
        || key.contains(":laters")
        || key.endsWith(":ready")
        || key.endsWith(":lanes")
        || key.matches("aside:[0-9]+")
        || key.equals("asides")
        || key.equals("unrecorded")
        || key.startsWith("held:");
  }

  private static String status(Books books) {
    return books.cancelled ? "cancelled" : books.skipped ? "incomplete" : "completed";
  }
}
