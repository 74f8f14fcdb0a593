package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the queues promise, without streams, lanes and leases: lists of messages and sums. */
final class QueueModel {
  /** Where a message is. */
  enum Place {
    WAITS,
    HELD,
    LATER,
    GONE
  }

  /** A file, or what followed from it, in one stage. */
  static final class Message {
    final Stage stage;
    final String task;
    final String job;
    final int tries;

    /** Null when only the product knows it. */
    final @Nullable String body;

    Place place = Place.WAITS;
    long dueMillis;
    boolean leaseRanOut;

    /** As its owner has it; an older delivery of the same message is another object. */
    @Nullable Task delivery;

    Message(Stage stage, String task, String job, int tries, @Nullable String body) {
      this.stage = stage;
      this.task = task;
      this.job = job;
      this.tries = tries;
      this.body = body;
    }

    /** As its owner has it; an older delivery of the same message is another object. */
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

  /** A job's books. */
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

  /** A dead letter, and the column in which its file is counted; null for an action. */
  record Dead(Message message, @Nullable Outcome column) {}

  final Map<String, Books> jobs = new LinkedHashMap<>();
  final List<Message> messages = new ArrayList<>();
  final Map<Stage, List<Dead>> dead = new EnumMap<>(Stage.class);

  /** The outcome that was counted last, of files that never came back from the dead letters. */
  final Map<String, Outcome> outcomes = new HashMap<>();

  final Set<String> revived = new LinkedHashSet<>();

  Books books(String job) {
    return Objects.requireNonNull(jobs.get(job));
  }

  void accepted(String job, List<String> tasks) {
    Books books = books(job);
    for (String task : tasks) {
      assertThat(books.tasks.add(task)).as("%s is taken in once", task).isTrue();
      books.pending++;
      messages.add(new Message(Stage.SCAN, task, job, 0, null));
    }
  }

  void put(Stage stage, Task from, @Nullable String body) {
    messages.add(new Message(stage, from.id(), from.job(), 0, body));
  }

  /** Somebody was given this: it must have waited for just that. */
  void taken(Task task, long nowMillis) {
    Message message =
        messages.stream()
            .filter(m -> m.stage == task.stage() && m.task.equals(task.id()))
            .filter(
                m -> m.place == Place.WAITS || (m.place == Place.LATER && m.dueMillis <= nowMillis))
            .filter(m -> m.tries == task.tries() && (m.body == null || m.body.equals(task.body())))
            .findFirst()
            .orElseGet(() -> cancelledAndTold(task));
    if (task.stage() == Stage.SCAN) {
      Books books = books(task.job());
      assertThat(books.paused).as("%s was taken though its job is paused", task).isFalse();
      assertThat(books.cancelled).as("%s was taken though it is cancelled", task).isFalse();
    }
    message.place = Place.HELD;
    message.leaseRanOut = false;
    message.delivery = task;
  }

  /** When a cancelled file is recorded, and whether it is notified one by one, is not modelled. */
  private Message cancelledAndTold(Task task) {
    if (task.stage() != Stage.NOTIFY || !books(task.job()).cancelled) {
      throw new AssertionError("it did not wait: " + task + beside(task));
    }
    Message message = new Message(task.stage(), task.id(), task.job(), 0, null);
    messages.add(message);
    return message;
  }

  private String beside(Task task) {
    return "; of it there are " + messages.stream().filter(m -> m.task.equals(task.id())).toList();
  }

  /** The message behind a delivery, or null when that was lost to another or has ended. */
  @Nullable Message held(Task delivery) {
    return messages.stream()
        .filter(m -> m.place == Place.HELD && delivery.equals(m.delivery))
        .findFirst()
        .orElse(null);
  }

  List<Message> held() {
    return messages.stream().filter(m -> m.place == Place.HELD).toList();
  }

  /** Another worker claimed this after its lease. */
  void claimed(Task task) {
    Message message =
        messages.stream()
            .filter(m -> m.place == Place.HELD && m.stage == task.stage())
            .filter(m -> m.delivery().entry().equals(task.entry()))
            .filter(m -> m.delivery().lane().equals(task.lane()))
            .findFirst()
            .orElseThrow(() -> new AssertionError("nobody held it: " + task + beside(task)));
    assertThat(message.leaseRanOut).as("%s was claimed within its lease", task).isTrue();
    message.delivery = task;
    message.leaseRanOut = false;
  }

  /** What waits, also for its time, is not scanned any more. */
  void cancel(String job) {
    Books books = books(job);
    books.cancelled = true;
    books.paused = false;
    settleCancelled();
  }

  /** Files of cancelled jobs that wait for a scan have ended. */
  void settleCancelled() {
    for (Message m : messages) {
      boolean waits = m.place == Place.WAITS || m.place == Place.LATER;
      if (waits && m.stage == Stage.SCAN && books(m.job).cancelled) {
        m.place = Place.GONE;
        books(m.job).count(Outcome.CANCELLED, 1);
        outcomes.put(m.task, Outcome.CANCELLED);
      }
    }
  }

  /** A dead letter is at work again, and its file in its job's books. */
  void revive(Dead letter) {
    Message old = letter.message();
    if (letter.column() != null) {
      books(old.job).count(letter.column(), -1);
    }
    revived.add(old.task);
    messages.add(new Message(old.stage, old.task, old.job, 0, old.body));
    settleCancelled();
  }

  List<Dead> dead(Stage stage) {
    return dead.computeIfAbsent(stage, s -> new ArrayList<>());
  }

  /**
   * What is cancelled may be counted when it is taken, until everything has ended: then exactly.
   */
  void agreesWith(String job, Ledger ledger, boolean exactly) {
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
