package io.dsxconnect.core.summary;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The summaries over real stores. */
class ConnectorSummariesTest extends RedisFixture {
  private static final int MANY = 500;
  private static final Duration MAX_TIME = Duration.ofMillis(200);

  private final AtomicInteger ids = new AtomicInteger();
  private Registry registry;
  private Jobs jobs;
  private Intake intake;
  private ConnectorSummaries summaries;

  @BeforeEach
  void open() {
    registry = new Registry(redis, InstantSource.system(), "dev", url -> false);
    jobs = new Jobs(redis);
    intake = new Intake(redis, () -> "task-" + ids.incrementAndGet());
    summaries = ConnectorSummaries.of(redis, registry);
  }

  private static String uuid(int number) {
    return String.format(Locale.ROOT, "2c81d259-0000-4000-8000-%012d", number);
  }

  private static ConnectorInstance connector(int number, ConnectorStatus status) {
    return ConnectorInstance.builder(
            String.format(Locale.ROOT, "fs%03d", number), "http://127.0.0.1:1/fs" + number)
        .uuid(uuid(number))
        .status(status)
        .build();
  }

  private void accept(String job, int connector, int files) {
    ConnectorInstance from = connector(connector, ConnectorStatus.READY);
    List<ScanRequest> requests =
        IntStream.range(0, files)
            .mapToObj(i -> ScanRequest.of("/" + i, "f").withConnector(from, from.url()))
            .toList();
    var ignored = intake.accept(job, requests);
  }

  private void register(int number, ConnectorStatus status) {
    assertThat(registry.register(connector(number, status)))
        .isIn(Registry.Registration.ADDED, Registry.Registration.REFRESHED);
  }

  private ConnectorSummary only() {
    assertThat(summaries.all()).hasSize(1);
    return summaries.all().getFirst();
  }

  @Test
  void a_summary_has_heartbeat_waiting_files_and_the_active_scan() {
    register(1, ConnectorStatus.READY);
    long now = Long.parseLong(redis.call(c -> c.time()).getFirst());
    var ignored = jobs.announce("scan-1", uuid(1), "asked", false);
    accept("scan-1", 1, 3);
    accept("other", 1, 2);
    ConnectorSummary summary = only();
    assertThat(summary.state()).isEqualTo(ConnectorSummary.State.READY);
    assertThat(summary.presence().lastHeartbeatAt()).isBetween(now - 2, now + 2);
    assertThat(summary.waiting()).isEqualTo(5);
    assertThat(summary.setAside()).isFalse();
    assertThat(summary.activeJob()).isEqualTo("scan-1");
    assertThat(Objects.requireNonNull(summary.lastScan()).ledger().accepted()).isEqualTo(3);
    jobs.cancel("scan-1", "by the test");
    assertThat(only().activeJob()).isNull();
    Job last = Objects.requireNonNull(only().lastScan());
    assertThat(last.status()).isEqualTo("cancelled");
    assertThat(last.text("reason", "")).isEqualTo("by the test");
    assertThat(only().waiting()).isEqualTo(2);
  }

  @Test
  void a_heartbeat_is_dated_by_the_rest_of_the_registration() {
    register(1, ConnectorStatus.READY);
    long before = only().presence().lastHeartbeatAt();
    redis.call(c -> c.expire(redis.keys().of(Key.CONNECTOR, uuid(1)), Duration.ofSeconds(500)));
    assertThat(only().presence().lastHeartbeatAt()).isBetween(before - 101, before - 98);
  }

  @Test
  void a_connector_that_is_set_aside_is_marked_until_the_time_is_over() {
    register(1, ConnectorStatus.READY);
    accept("J", 1, 1);
    String lane =
        redis
            .call(c -> c.smembers(redis.keys().of(Key.LANES, Stage.SCAN.queue())))
            .iterator()
            .next();
    String gated = redis.keys().of(Key.GATED, Stage.SCAN.queue());
    long now = Long.parseLong(redis.call(c -> c.time()).getFirst()) * 1000;
    redis.call(c -> c.zadd(gated, (double) now + 15_000, lane));
    assertThat(only().setAside()).isTrue();
    assertThat(summaries.states())
        .as("the short list says the same")
        .singleElement()
        .satisfies(
            state -> {
              assertThat(state.setAside()).isTrue();
              assertThat(state.state()).isEqualTo(ConnectorSummary.State.SILENT);
              assertThat(state.presence()).isEqualTo(only().presence());
            });
    assertThat(only().state()).as("no worker reaches it").isEqualTo(ConnectorSummary.State.SILENT);
    assertThat(only().presence().silent()).isFalse();
    redis.call(c -> c.zadd(gated, (double) now - 5_000, lane));
    assertThat(only().setAside()).isFalse();
    redis.call(c -> c.sadd(redis.keys().of(Key.HELD), lane));
    assertThat(only().setAside()).isTrue();
    assertThat(only().state()).isEqualTo(ConnectorSummary.State.READY);
    assertThat(summaries.states().getFirst().setAside()).isTrue();
  }

  @Test
  void bug_a_connector_that_was_killed_stayed_ready_until_its_registration_expired() {
    register(1, ConnectorStatus.READY);
    String key = redis.keys().of(Key.CONNECTOR, uuid(1));
    redis.call(c -> c.expire(key, Duration.ofSeconds(600 - 85)));
    assertThat(only().state()).isEqualTo(ConnectorSummary.State.READY);
    redis.call(c -> c.expire(key, Duration.ofSeconds(600 - 95)));
    assertThat(only().state()).isEqualTo(ConnectorSummary.State.SILENT);
    assertThat(only().presence().silent()).isTrue();
    assertThat(summaries.inTrouble()).hasSize(1);
    register(1, ConnectorStatus.READY);
    assertThat(only().state()).isEqualTo(ConnectorSummary.State.READY);
    assertThat(summaries.inTrouble()).isEmpty();
  }

  @Test
  void connectors_are_not_silent_while_the_core_itself_has_just_come_back() {
    register(1, ConnectorStatus.READY);
    redis.call(c -> c.expire(redis.keys().of(Key.CONNECTOR, uuid(1)), Duration.ofMinutes(5)));
    long now = Long.parseLong(redis.call(c -> c.time()).getFirst());
    redis.call(c -> c.set(redis.keys().of(Key.API_BACK), Long.toString(now - 20)));
    assertThat(only().state()).isEqualTo(ConnectorSummary.State.READY);
    redis.call(c -> c.set(redis.keys().of(Key.API_BACK), Long.toString(now - 100)));
    assertThat(only().state()).isEqualTo(ConnectorSummary.State.SILENT);
  }

  @Test
  void bug_all_connectors_were_read_at_each_look() {
    for (int i = 0; i < 50; i++) {
      register(i, ConnectorStatus.READY);
    }
    assertThat(summaries.all()).hasSize(50);
    redis.call(c -> c.configResetstat());
    assertThat(summaries.inTrouble()).isEmpty();
    String commands = redis.call(c -> c.info("commandstats"));
    assertThat(commands).contains("cmdstat_evalsha:calls=1,").doesNotContain("cmdstat_mget");
    register(7, ConnectorStatus.FAILED);
    assertThat(summaries.inTrouble())
        .extracting(summary -> summary.presence().connector().name())
        .containsExactly("fs007");
  }

  @Test
  void a_registration_right_after_another_is_read() {
    register(7, ConnectorStatus.READY);
    assertThat(summaries.inTrouble()).isEmpty();
    register(7, ConnectorStatus.FAILED);
    assertThat(summaries.inTrouble()).hasSize(1);
    registry.unregister(uuid(7));
    assertThat(summaries.all()).isEmpty();
    register(7, ConnectorStatus.READY);
    assertThat(summaries.all())
        .extracting(ConnectorSummary::state)
        .containsExactly(ConnectorSummary.State.READY);
  }

  @Test
  void a_state_is_that_of_the_registration() {
    register(1, ConnectorStatus.STARTING);
    register(2, ConnectorStatus.FAILED);
    assertThat(summaries.all())
        .extracting(ConnectorSummary::state)
        .containsExactly(ConnectorSummary.State.STARTING, ConnectorSummary.State.FAILED);
  }

  @Test
  void summaries_of_500_connectors_with_their_scans_take_less_than_200_ms() {
    for (int i = 0; i < MANY; i++) {
      register(i, ConnectorStatus.READY);
      var ignored = jobs.announce("scan-" + i, uuid(i), "asked", false);
      accept("scan-" + i, i, 2);
    }
    Duration best = MAX_TIME.multipliedBy(100);
    for (int round = 0; round < 5; round++) {
      long start = System.nanoTime();
      List<ConnectorSummary> all = summaries.all();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      assertThat(all)
          .hasSize(MANY)
          .allMatch(s -> Objects.equals(s.waiting(), 2L) && s.activeJob() != null);
      best = took.compareTo(best) < 0 ? took : best;
    }
    assertThat(best).isLessThan(MAX_TIME);
  }
}
