package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The guarantees of the queues as lists of messages and sums, without streams, lanes and leases.
 * Confined to one thread.
 */
final class QueueModel {
  /** The state of a message. */
  enum Place {
    WAITS,
    HELD,
    LATER,
    GONE
  }

  /** A task of one stage. */
  static final class Message {
    final Stage stage;
    final String task;
    final String job;
    final int tries;

    /** Null when the model does not know it: for files to scan and notifications. */
    final @Nullable String body;

    Place place = Place.WAITS;
    long dueMillis;
    boolean leaseExpired;

    /** The current delivery; null when no worker holds the message. */
    @Nullable Task delivery;

    Message(Stage stage, String task, String job, int tries, @Nullable String body) {
      this.stage = stage;
      this.task = task;
      this.job = job;
      this.tries = tries;
      this.body = body;
    }

    /** The current delivery. Older deliveries of the same message do not equal it. */
    Task delivery() {
      return Objects.requireNonNull(delivery);
    }

    void ended() {
      place = Place.GONE;
      delivery = null;
    }

    @Override
    public String toString() {
      return stage + " " + task + " of " + job + " (tries " + tries + ", " + place + ")";
    }
  }

  /** The expected ledger and state of one job. */
  static final class Books {
    final boolean announced;
    final Set<String> tasks = new LinkedHashSet<>();
    final Map<Outcome, Long> columns = new EnumMap<>(Outcome.class);
    long pending;
    boolean paused;
    boolean cancelled;
    boolean skipped;

    Books(boolean announced) {
      this.announced = announced;
    }

    void count(Outcome outcome, long files) {
      columns.merge(outcome, files, Long::sum);
      pending -= files;
    }

    long column(Outcome outcome) {
      return columns.getOrDefault(outcome, 0L);
    }
  }

  /** A dead letter, and the outcome its file is counted as; null for an action. */
  record Dead(Message message, @Nullable Outcome column) {}

  final Map<String, Books> jobs = new LinkedHashMap<>();
  final List<Message> messages = new ArrayList<>();
  final Map<Stage, List<Dead>> dead = new EnumMap<>(Stage.class);

  /** The outcome last counted per task; not maintained for replayed tasks. */
  final Map<String, Outcome> outcomes = new HashMap<>();

  final Set<String> replayed = new LinkedHashSet<>();

  Books books(String job) {
    return Objects.requireNonNull(jobs.get(job));
  }

  void accepted(String job, List<String> tasks) {
    Books books = books(job);
    for (String task : tasks) {
      assertThat(books.tasks.add(task)).as("%s is accepted once", task).isTrue();
      books.pending++;
      messages.add(new Message(Stage.SCAN, task, job, 0, null));
    }
  }

  void put(Stage stage, Task from, @Nullable String body) {
    messages.add(new Message(stage, from.id(), from.job(), 0, body));
  }

  /** A worker took this task. It must have been waiting, or due, with the same tries and body. */
  void taken(Task task, long nowMillis) {
    Message message =
        messages.stream()
            .filter(m -> m.stage == task.stage() && m.task.equals(task.id()))
            .filter(
                m -> m.place == Place.WAITS || (m.place == Place.LATER && m.dueMillis <= nowMillis))
            .filter(m -> m.tries == task.tries() && (m.body == null || m.body.equals(task.body())))
            .sorted(Comparator.comparing(m -> m.body == null))
            .findFirst()
            .orElseGet(() -> cancelledNotification(task));
    if (task.stage() == Stage.SCAN) {
      Books books = books(task.job());
      assertThat(books.paused).as("%s was taken although its job is paused", task).isFalse();
      assertThat(books.cancelled).as("%s was taken although its job is cancelled", task).isFalse();
    }
    message.place = Place.HELD;
    message.leaseExpired = false;
    message.delivery = task;
  }

  /**
   * The model does not cover when cancelled files are recorded, nor whether each has a
   * notification: it accepts any notification of a cancelled job.
   */
  private Message cancelledNotification(Task task) {
    if (task.stage() != Stage.NOTIFY || !books(task.job()).cancelled) {
      throw new AssertionError("taken although not waiting: " + task + messagesOf(task));
    }
    Message message = new Message(task.stage(), task.id(), task.job(), 0, null);
    messages.add(message);
    return message;
  }

  private String messagesOf(Task task) {
    return "; messages of this task: "
        + messages.stream().filter(m -> m.task.equals(task.id())).toList();
  }

  /** The message of a delivery; null when another worker has it or it has ended. */
  @Nullable Message held(Task delivery) {
    return messages.stream()
        .filter(m -> m.place == Place.HELD && delivery.equals(m.delivery))
        .findFirst()
        .orElse(null);
  }

  List<Message> held() {
    return messages.stream().filter(m -> m.place == Place.HELD).toList();
  }

  /** A worker claimed this task. The lease of its owner must have expired. */
  void claimed(Task task) {
    Message message =
        messages.stream()
            .filter(m -> m.place == Place.HELD && m.stage == task.stage())
            .filter(m -> m.delivery().entry().equals(task.entry()))
            .filter(m -> m.delivery().lane().equals(task.lane()))
            .findFirst()
            .orElseThrow(
                () -> new AssertionError("claimed although not held: " + task + messagesOf(task)));
    assertThat(message.leaseExpired).as("%s was claimed within its lease", task).isTrue();
    message.delivery = task;
    message.leaseExpired = false;
  }

  /** Ends waiting files of the job without a scan, also those that wait for a retry. */
  void cancel(String job) {
    Books books = books(job);
    books.cancelled = true;
    books.paused = false;
    countCancelled();
  }

  /** Counts the files of cancelled jobs that wait for a scan as cancelled. */
  void countCancelled() {
    for (Message m : messages) {
      boolean waits = m.place == Place.WAITS || m.place == Place.LATER;
      if (waits && m.stage == Stage.SCAN && books(m.job).cancelled) {
        m.place = Place.GONE;
        books(m.job).count(Outcome.CANCELLED, 1);
        outcomes.put(m.task, Outcome.CANCELLED);
      }
    }
  }

  /** The task of a dead letter waits again; its file leaves its outcome and is pending again. */
  void replay(Dead letter) {
    Message old = letter.message();
    if (letter.column() != null) {
      books(old.job).count(letter.column(), -1);
    }
    replayed.add(old.task);
    messages.add(new Message(old.stage, old.task, old.job, 0, old.body));
    countCancelled();
  }

  /** The item action of a file waits again; its file stays in its outcome. */
  void retried(String task) {
    String job = messages.stream().filter(m -> m.task.equals(task)).findFirst().orElseThrow().job;
    messages.add(new Message(Stage.ACTION, task, job, 0, null));
  }

  /** Whether a replay queues the task again: scans of cancelled jobs are not done. */
  boolean isReplayable(Dead letter) {
    return letter.message().stage != Stage.SCAN || !books(letter.message().job).cancelled;
  }

  List<Dead> dead(Stage stage) {
    return dead.computeIfAbsent(stage, s -> new ArrayList<>());
  }

  /**
   * Compares a ledger with the model.
   *
   * @param exactly false while work goes on: the product may count a cancelled file as pending
   *     until a worker comes across it
   */
  void checkLedger(String job, Ledger ledger, boolean exactly) {
    Books books = books(job);
    assertThat(ledger.accepted()).as("accepted of %s", job).isEqualTo(books.tasks.size());
    assertThat(ledger.benign()).as("benign of %s", job).isEqualTo(books.column(Outcome.BENIGN));
    assertThat(ledger.malicious())
        .as("malicious of %s", job)
        .isEqualTo(books.column(Outcome.MALICIOUS));
    assertThat(ledger.notScanned())
        .as("not_scanned of %s", job)
        .isEqualTo(books.column(Outcome.NOT_SCANNED));
    assertThat(ledger.failed()).as("failed of %s", job).isEqualTo(books.column(Outcome.FAILED));
    assertThat(ledger.cancelled() + ledger.pending())
        .as("cancelled and pending of %s", job)
        .isEqualTo(books.column(Outcome.CANCELLED) + books.pending);
    assertThat(ledger.balanced()).as("balance of %s: %s", job, ledger).isTrue();
    if (exactly) {
      assertThat(ledger.pending()).as("pending of %s", job).isEqualTo(books.pending);
    }
  }
}
