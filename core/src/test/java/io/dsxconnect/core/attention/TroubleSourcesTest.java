package io.dsxconnect.core.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.connector.Presence;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.summary.ConnectorSummary;
import io.dsxconnect.core.worker.LiveWorker;
import io.dsxconnect.core.worker.Reports;
import io.dsxconnect.core.worker.ScannerReport;
import io.dsxconnect.core.worker.ScannerState;
import io.dsxconnect.core.worker.ScannerStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each source alone. */
class TroubleSourcesTest {
  private static final String UUID = "2c81d259-0000-4000-8000-000000000001";
  private final TestClock clock = new TestClock();

  private static Trouble only(TroubleSource source) {
    List<Trouble> found = source.find();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private RecordTrouble records(long failed, long none, AtomicInteger asked) {
    return new RecordTrouble(
        new RecordTrouble.RecordCounts() {
          @Override
          public long failedActions() {
            return failed;
          }

          @Override
          public long withoutVerdict(long since) {
            assertThat(since).isEqualTo(clock.instant().getEpochSecond() - 86_400);
            asked.incrementAndGet();
            return none;
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

  @Test
  void dead_letters_are_listed_per_stage() {
    List<Trouble> found =
        new DeadLetterTrouble(stage -> stage == Stage.RESULT ? 0 : stage == Stage.SCAN ? 1 : 2)
            .find();
    assertThat(found)
        .extracting(Trouble::kind)
        .containsExactly(Kind.DEAD_LETTERS, Kind.DEAD_LETTERS);
    assertThat(found.getFirst().link()).isEqualTo("/dead-letters?queue=scan_request");
    assertThat(found.getFirst().words().summary())
        .isEqualTo("1 dead letter of the scan stage waits for a decision");
    assertThat(found.get(1).words().summary())
        .isEqualTo("2 dead letters of the action stage wait for a decision");
  }

  @Test
  void a_stage_with_too_many_dead_letters_has_stopped() {
    Trouble trouble =
        only(new DeadLetterTrouble(stage -> stage == Stage.SCAN ? DeadLetters.MAX_PER_STAGE : 0));
    assertThat(trouble.kind()).isEqualTo(Kind.STAGE_STOPPED);
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
        new Presence(connector, 5, goneSince),
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
    Trouble busy = only(new ScannerTrouble(() -> scanner(ScannerState.BUSY)));
    assertThat(busy.severity()).isEqualTo(Severity.INFO);
    assertThat(only(new ScannerTrouble(() -> ScannerStatus.of(List.of(), false))).kind())
        .isEqualTo(Kind.SCANNER_NOT_CONFIGURED);
    assertThat(new ScannerTrouble(() -> scanner(ScannerState.READY)).find()).isEmpty();
    assertThat(new ScannerTrouble(() -> ScannerStatus.of(List.of(), true)).find()).isEmpty();
  }

  @Test
  void a_stage_without_a_worker_is_trouble_after_30_s_and_only_while_tasks_wait() {
    List<LiveWorker> live = new ArrayList<>();
    Arrays.stream(Stage.values())
        .filter(stage -> stage != Stage.ACTION)
        .forEach(stage -> live.add(new LiveWorker(Reports.of("w", stage.queue(), null), 1)));
    AtomicInteger waiting = new AtomicInteger(5);
    WorkerTrouble source = new WorkerTrouble(stage -> waiting.get(), () -> live, clock::nanos);
    assertThat(source.find()).isEmpty();
    clock.advance(Duration.ofSeconds(29));
    assertThat(source.find()).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    Trouble trouble = only(source);
    assertThat(trouble.kind()).isEqualTo(Kind.NO_WORKER);
    assertThat(trouble.words().summary()).isEqualTo("No worker serves the action stage");
    waiting.set(0);
    assertThat(source.find()).isEmpty();
    waiting.set(1);
    live.add(new LiveWorker(Reports.of("w", Stage.ACTION.queue(), null), 1));
    assertThat(source.find()).isEmpty();
    live.removeLast();
    assertThat(source.find()).as("a worker that has just stopped").isEmpty();
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
