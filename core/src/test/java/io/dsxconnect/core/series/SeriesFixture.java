package io.dsxconnect.core.series;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.DeadLetter;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.queue.RedisStageQueue;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.MonotonicClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;

/** Jobs, their files and a sampler on a real Redis whose clock the test moves. */
abstract class SeriesFixture extends RedisFixture {
  static final Map<String, String> BENIGN = Map.of("outcome", "benign");
  static final Map<String, String> SCAN = Map.of("queue", "scan_request_queue");

  final TestClock clock = new TestClock();
  private final AtomicInteger ids = new AtomicInteger();
  Intake intake;
  Jobs jobs;
  Sampler sampler;
  Series series;
  JobSeries jobSeries;
  private RedisStageQueue scans;

  @Override
  protected MonotonicClock ticks() {
    return clock;
  }

  @BeforeEach
  void open() {
    intake = new Intake(redis, () -> "task-" + ids.incrementAndGet());
    jobs = new Jobs(redis);
    sampler = new Sampler(redis, GaugeSource.NONE);
    series = new Series(redis);
    jobSeries = new JobSeries(redis);
    scans = new RedisStageQueue(redis, Stage.SCAN, "w1", Duration.ofHours(1));
    next(Step.HOUR);
  }

  /** Seconds since the epoch on Redis' clock, with what the test added. */
  long now() {
    return nowMillis() / 1000;
  }

  private long nowMillis() {
    List<String> time = redis.call(c -> c.time());
    return Long.parseLong(time.get(0)) * 1000
        + Long.parseLong(time.get(1)) / 1000
        + clock.skewMillis();
  }

  /** Moves the clock to the next end of a bucket. */
  void next(Step step) {
    nextMultiple(step.seconds());
  }

  void nextMultiple(long seconds) {
    long millis = seconds * 1000;
    clock.advance(Duration.ofMillis(millis - nowMillis() % millis));
  }

  /** Samples at the next end of a bucket of 10 s. */
  void sampleNext() {
    next(Step.TEN_SECONDS);
    assertThat(sampler.sample()).as("rows").isPositive();
  }

  void accept(String job, int files) {
    List<ScanRequest> requests =
        IntStream.range(0, files).mapToObj(i -> file("/data/" + i)).toList();
    assertThat(intake.accept(job, requests)).isInstanceOf(Intake.Answer.Accepted.class);
  }

  private static ScanRequest file(String location) {
    String url = "http://127.0.0.1:1/c1";
    return ScanRequest.of(location, location)
        .withConnector(
            ConnectorInstance.builder("c1", url).uuid("c1").status(ConnectorStatus.READY).build(),
            url)
        .withSize(4L);
  }

  /** Takes files for scanning. */
  List<Task> take(int files) {
    return scans.take(files, Set.of());
  }

  /** Scans waiting files, of 4 bytes and 500 ms each. */
  void scan(int files, Outcome outcome) {
    for (Task task : take(files)) {
      String json = "{\"id\":-1,\"scan_request_task_id\":\"" + task.id() + "\"}";
      assertThat(
              scans.complete(
                  Handoff.of(task)
                      .outcome(
                          outcome,
                          new Handoff.Measured(4, 500_000, false, 1, 1),
                          "/data/x",
                          json,
                          -1)))
          .isTrue();
    }
  }

  /** Gives up waiting files: each fails and becomes a dead letter. */
  void fail(int files) {
    for (Task task : take(files)) {
      String json = "{\"id\":-1,\"scan_request_task_id\":\"" + task.id() + "\"}";
      DeadLetter letter =
          DeadLetter.of(task, new Origin(null, "http://c:1"), "dsxa_server", "no", null, null);
      Handoff.Measured nothing = new Handoff.Measured(0, 0, false, 1, 1);
      assertThat(
              scans.complete(
                  Handoff.of(task)
                      .outcome(Outcome.FAILED, nothing, "/data/x", json, -1)
                      .dead(letter.countedAs(Outcome.FAILED).json())))
          .isTrue();
    }
  }

  List<String> rows(Key key, Object argument) {
    return redis.call(c -> c.lrange(redis.keys().of(key, argument), 0, -1));
  }

  /** The last values of a line of 10-second buckets. */
  List<@Nullable Number> last(int buckets, String metric, Map<String, String> labels) {
    List<@Nullable Number> values =
        values(series.read(Step.TEN_SECONDS, null, null, Set.of()), metric, labels);
    return values.subList(values.size() - buckets, values.size());
  }

  static List<@Nullable Number> values(Chart chart, String metric, Map<String, String> labels) {
    List<Chart.Line> lines =
        chart.series().stream()
            .filter(line -> line.metric().equals(metric) && line.labels().equals(labels))
            .toList();
    assertThat(lines).as(metric + labels).hasSize(1);
    assertThat(lines.getFirst().values()).hasSameSizeAs(chart.at());
    return lines.getFirst().values();
  }
}
