package io.dsxconnect.core.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.connector.Presence;
import io.dsxconnect.core.job.Backlogs;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.summary.ConnectorSummary;
import io.dsxconnect.core.worker.LiveWorker;
import io.dsxconnect.core.worker.Reports;
import io.dsxconnect.core.worker.ScannerReport;
import io.dsxconnect.core.worker.ScannerState;
import io.dsxconnect.core.worker.ScannerStatus;
import io.dsxconnect.core.worker.WorkerReports;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each source alone. */
class TroubleSourcesTest {
  private static final String UUID = "2c81d259-0000-4000-8000-000000000001";
  private final TestClock clock = new TestClock();
  private boolean complete = true;

  private static Trouble only(TroubleSource source) {
    List<Trouble> found = source.find();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private RecordTrouble records(long failed, long none, AtomicInteger asked) {
    return records(failed, 0, none, asked);
  }

  private RecordTrouble records(long failed, long unconfirmed, long none, AtomicInteger asked) {
    return new RecordTrouble(
        new RecordTrouble.RecordCounts() {
          @Override
          public long failedActions() {
            return failed;
          }

          @Override
          public long unconfirmedActions() {
            return unconfirmed;
          }

          @Override
          public long withoutVerdict(long since) {
            assertThat(since).isEqualTo(clock.instant().getEpochSecond() - 86_400);
            asked.incrementAndGet();
            return none;
          }

          @Override
          public boolean complete() {
            return complete;
          }
        },
        clock,
        clock::nanos);
  }

  @Test
  void malicious_files_whose_action_failed_are_critical() {
    Trouble trouble = only(records(3, 0, new AtomicInteger()));
    assertThat(trouble.kind()).isEqualTo(Kind.MALICIOUS_ACTION_FAILED);
    assertThat(trouble.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(trouble.count()).isEqualTo(3);
    assertThat(trouble.words().summary())
        .isEqualTo("3 malicious files are still where they were found");
    assertThat(only(records(1, 0, new AtomicInteger())).words().summary())
        .isEqualTo("1 malicious file is still where it was found");
  }

  @Test
  void bug_an_unconfirmed_action_needed_no_person() {
    Trouble both = only(records(3, 2, 0, new AtomicInteger()));
    assertThat(both.kind()).isEqualTo(Kind.MALICIOUS_ACTION_FAILED);
    assertThat(both.count()).isEqualTo(5);
    assertThat(both.link()).isEqualTo("/results?outcome=malicious&action=failed,unconfirmed");
    assertThat(both.words().summary())
        .isEqualTo("5 malicious files may still be where they were found");
    assertThat(both.words().detail()).startsWith("3 actions failed, 2 actions are unconfirmed.");
    Trouble one = only(records(0, 1, 0, new AtomicInteger()));
    assertThat(one.words().summary()).isEqualTo("1 malicious file may still be where it was found");
    assertThat(one.words().detail())
        .startsWith("1 action is unconfirmed. Look whether the file is");
  }

  @Test
  void bug_counts_of_a_part_of_the_records_looked_like_counts_of_all() {
    complete = false;
    List<Trouble> found = records(1, 2, new AtomicInteger()).find();
    assertThat(found)
        .extracting(Trouble::kind)
        .containsExactly(
            Kind.MALICIOUS_ACTION_FAILED, Kind.FILES_WITHOUT_VERDICT, Kind.COUNTS_INCOMPLETE);
    assertThat(found.get(0).complete()).isFalse();
    assertThat(found.get(0).words().summary())
        .isEqualTo("At least 1 malicious file is still where it was found");
    assertThat(found.get(1).words().summary()).startsWith("At least 2 files have no verdict");
    assertThat(only(records(0, 0, new AtomicInteger())).kind()).isEqualTo(Kind.COUNTS_INCOMPLETE);
  }

  @Test
  void files_without_a_verdict_are_counted_every_10_s() {
    AtomicInteger asked = new AtomicInteger();
    RecordTrouble source = records(0, 7_492, asked);
    assertThat(only(source).words().summary())
        .isEqualTo("7,492 files have no verdict in the last 24 h");
    clock.advance(Duration.ofSeconds(9));
    assertThat(only(source).link()).isEqualTo("/results?outcome=no_verdict&since=86400");
    assertThat(asked).hasValue(1);
    clock.advance(Duration.ofSeconds(1));
    assertThat(source.find()).hasSize(1);
    assertThat(asked).hasValue(2);
  }

  @Test
  void no_record_is_no_trouble() {
    assertThat(records(0, 0, new AtomicInteger()).find()).isEmpty();
  }

  private static DeadLetterTrouble deadLetters(ToLongFunction<Stage> count) {
    return new DeadLetterTrouble(
        new DeadLetterTrouble.Letters() {
          @Override
          public long count(Stage stage) {
            return count.applyAsLong(stage);
          }

          @Override
          public OptionalLong oldestAt(Stage stage) {
            return OptionalLong.of(11);
          }

          @Override
          public OptionalLong newestAt(Stage stage) {
            return OptionalLong.of(22);
          }
        });
  }

  @Test
  void dead_letters_are_listed_per_stage() {
    List<Trouble> found =
        deadLetters(stage -> stage == Stage.RESULT ? 0 : stage == Stage.SCAN ? 1 : 2).find();
    assertThat(found)
        .extracting(Trouble::kind)
        .containsExactly(Kind.DEAD_LETTERS, Kind.DEAD_LETTERS);
    assertThat(found.getFirst().link()).isEqualTo("/dead-letters?queue=scan_request");
    assertThat(found.getFirst().facts().since()).as("the oldest").isEqualTo(11);
    assertThat(found.getFirst().words().summary())
        .isEqualTo("1 dead letter of the scan stage waits for a decision");
    assertThat(found.get(1).words().summary())
        .isEqualTo("2 dead letters of the action stage wait for a decision");
  }

  @Test
  void a_stage_with_too_many_dead_letters_has_stopped() {
    Trouble trouble =
        only(deadLetters(stage -> stage == Stage.SCAN ? DeadLetters.MAX_PER_STAGE : 0));
    assertThat(trouble.kind()).isEqualTo(Kind.STAGE_STOPPED);
    assertThat(trouble.facts().since()).as("the newest").isEqualTo(22);
    assertThat(trouble.words().summary()).isEqualTo("The scan stage has stopped");
  }

  private static ConnectorSummary summary(
      ConnectorStatus status, @Nullable Long goneSince, long waiting) {
    ConnectorInstance connector =
        ConnectorInstance.builder("fs", "http://c/fs")
            .uuid(UUID)
            .display("HR \u202earchive", null)
            .status(status)
            .build();
    return new ConnectorSummary(
        new Presence(connector, 5, goneSince, false),
        goneSince != null
            ? ConnectorSummary.State.GONE
            : status == ConnectorStatus.READY
                ? ConnectorSummary.State.READY
                : ConnectorSummary.State.FAILED,
        waiting,
        false,
        null);
  }

  @Test
  void a_connector_that_is_gone_is_critical_while_files_wait_for_it() {
    Trouble trouble =
        only(
            new ConnectorTrouble(
                () ->
                    List.of(
                        summary(ConnectorStatus.READY, null, 1),
                        summary(ConnectorStatus.READY, 77L, 18_240))));
    assertThat(trouble.kind()).isEqualTo(Kind.CONNECTOR_GONE);
    assertThat(trouble.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(trouble.facts().since()).isEqualTo(77);
    assertThat(trouble.count()).isEqualTo(18_240);
    assertThat(trouble.link()).isEqualTo("/connectors?connector=" + UUID);
    assertThat(trouble.words().summary()).startsWith("Connector HR").doesNotContain("\u202e");
    assertThat(Objects.requireNonNull(trouble.subject()).name()).doesNotContain("\u202e");
    assertThat(trouble.words().detail())
        .isEqualTo(
            "Its heartbeats stopped; 18,240 files wait for it. They go on by themselves when it is"
                + " back, and no attempt is used up.");
    Trouble idle =
        only(new ConnectorTrouble(() -> List.of(summary(ConnectorStatus.READY, 77L, 0))));
    assertThat(idle.severity()).isEqualTo(Severity.WARNING);
  }

  @Test
  void bug_files_waited_for_a_connector_that_did_not_answer_and_nobody_was_told() {
    assertThat(new ConnectorTrouble(() -> List.of(silent(true, 0))).find()).isEmpty();
    Trouble overdue = only(new ConnectorTrouble(() -> List.of(silent(true, 18_240))));
    assertThat(overdue.kind()).isEqualTo(Kind.CONNECTOR_SILENT);
    assertThat(overdue.count()).isEqualTo(18_240);
    assertThat(overdue.facts().since()).as("its last heartbeat").isEqualTo(5);
    assertThat(overdue.words().detail())
        .startsWith("Its heartbeat is overdue; 18,240 files wait for it.");
    Trouble unreachable = only(new ConnectorTrouble(() -> List.of(silent(false, 1))));
    assertThat(unreachable.facts().since()).isNull();
    assertThat(unreachable.words().detail())
        .startsWith("No worker reaches it; 1 file waits for it.");
  }

  private static ConnectorSummary silent(boolean overdue, long waiting) {
    return new ConnectorSummary(
        new Presence(
            ConnectorInstance.builder("fs", "http://c/fs").uuid(UUID).build(), 5, null, overdue),
        ConnectorSummary.State.SILENT,
        waiting,
        true,
        null);
  }

  @Test
  void a_connector_whose_repository_is_unavailable_is_not_ready() {
    Trouble trouble =
        only(new ConnectorTrouble(() -> List.of(summary(ConnectorStatus.FAILED, null, 1))));
    assertThat(trouble.kind()).isEqualTo(Kind.CONNECTOR_NOT_READY);
    assertThat(trouble.words().detail()).contains("1 file waits for it");
  }

  private static ScannerStatus scanner(ScannerState state) {
    ScannerReport report = Reports.scanner(state, 33);
    return ScannerStatus.of(
        List.of(new LiveWorker(Reports.of("w", "scan_request_queue", report), 1)), true);
  }

  @Test
  void the_scanner_is_trouble_when_it_is_unavailable_busy_or_missing() {
    Trouble down = only(new ScannerTrouble(() -> scanner(ScannerState.UNAVAILABLE)));
    assertThat(down.kind()).isEqualTo(Kind.SCANNER_UNAVAILABLE);
    assertThat(down.facts().since()).isEqualTo(33);
    assertThat(down.words().detail()).startsWith("Because. All files wait.");
    Trouble failing = only(new ScannerTrouble(() -> scanner(ScannerState.FAILING)));
    assertThat(failing.kind()).isEqualTo(Kind.SCANNER_FAILING);
    assertThat(failing.severity()).isEqualTo(Severity.CRITICAL);
    assertThat(failing.words().detail()).startsWith("Because. It answers, but gives no verdict.");
    Trouble busy = only(new ScannerTrouble(() -> scanner(ScannerState.BUSY)));
    assertThat(busy.severity()).isEqualTo(Severity.INFO);
    assertThat(only(new ScannerTrouble(() -> ScannerStatus.of(List.of(), false))).kind())
        .isEqualTo(Kind.SCANNER_NOT_CONFIGURED);
    assertThat(new ScannerTrouble(() -> scanner(ScannerState.READY)).find()).isEmpty();
    assertThat(new ScannerTrouble(() -> ScannerStatus.of(List.of(), true)).find()).isEmpty();
  }

  private static final long NOW_MS = 1_000_000;

  /** Only the action stage has no worker. */
  private static WorkerTrouble alone(Backlogs.Backlog backlog, long lastBeat) {
    return new WorkerTrouble(
        new WorkerTrouble.Pipeline() {
          @Override
          public List<LiveWorker> workers() {
            return Arrays.stream(Stage.values())
                .filter(stage -> stage != Stage.ACTION)
                .map(stage -> new LiveWorker(Reports.of("w", stage.queue(), null), 1))
                .toList();
          }

          @Override
          public Backlogs.Backlog backlog(Stage stage) {
            assertThat(stage).isEqualTo(Stage.ACTION);
            return backlog;
          }

          @Override
          public WorkerReports.Served lastServed(String queue) {
            return new WorkerReports.Served(NOW_MS, lastBeat);
          }
        });
  }

  private static Backlogs.Backlog waiting(long tasks, double oldestSeconds) {
    return new Backlogs.Backlog(tasks, oldestSeconds);
  }

  @Test
  void a_stage_without_a_worker_is_trouble_after_30_s_and_only_while_tasks_wait() {
    assertThat(alone(waiting(0, 0), 5).find()).isEmpty();
    assertThat(alone(waiting(3, 29), 0).find()).as("the tasks have just come").isEmpty();
    assertThat(alone(waiting(3, 500), NOW_MS - 29_000).find())
        .as("the worker has just stopped")
        .isEmpty();
    assertThat(alone(waiting(3, 0), 0).find()).as("of a paused job").isEmpty();
    Trouble trouble = only(alone(waiting(5, 30), 0));
    assertThat(trouble.kind()).isEqualTo(Kind.NO_WORKER);
    assertThat(trouble.words().summary()).isEqualTo("No worker serves the action stage");
    assertThat(trouble.count()).isEqualTo(5);
  }

  @Test
  void bug_a_stage_had_no_worker_only_since_somebody_looked() {
    assertThat(only(alone(waiting(5, 100), NOW_MS - 300_000)).facts().since())
        .as("the oldest task came after the worker was gone")
        .isEqualTo((NOW_MS - 100_000) / 1000);
    assertThat(only(alone(waiting(5, 300), NOW_MS - 100_000)).facts().since())
        .as("the last heartbeat")
        .isEqualTo((NOW_MS - 100_000) / 1000);
    assertThat(only(alone(waiting(5, 0), NOW_MS - 100_000)).facts().since())
        .as("tasks in work when the worker died")
        .isEqualTo((NOW_MS - 100_000) / 1000);
  }

  @Test
  void redis_is_trouble_ten_points_below_the_mark_and_above_it() {
    assertThat(new RedisTrouble(() -> 0.69, 80).find()).isEmpty();
    assertThat(only(new RedisTrouble(() -> 0.7, 80)).kind()).isEqualTo(Kind.REDIS_MEMORY_HIGH);
    assertThat(only(new RedisTrouble(() -> 0.8, 80)).kind()).isEqualTo(Kind.INTAKE_CLOSED);
    assertThat(new RedisTrouble(() -> 0, 5).find()).as("no maximum").isEmpty();
  }

  @Test
  void at_most_20_incomplete_jobs_of_the_last_day_are_listed() {
    List<Job> jobs =
        IntStream.range(0, 30)
            .mapToObj(
                i ->
                    new Job(
                        Map.of(
                            "job_id", "a b/" + i,
                            "status", "incomplete",
                            "reason", "its connector \u0007stopped",
                            "finished_at", "99")))
            .toList();
    List<Trouble> found =
        new JobTrouble(
                since -> {
                  assertThat(since).isEqualTo(clock.instant().getEpochSecond() - 86_400);
                  return jobs;
                },
                clock,
                clock::nanos)
            .find();
    assertThat(found).hasSize(20);
    assertThat(found.getFirst().link()).isEqualTo("/jobs/a%20b%2F0");
    assertThat(found.getFirst().facts().since()).isEqualTo(99);
    assertThat(found.getFirst().words().detail())
        .startsWith("Its connector ")
        .doesNotContain("\u0007");
  }
}
