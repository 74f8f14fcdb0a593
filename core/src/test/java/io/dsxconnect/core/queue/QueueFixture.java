package io.dsxconnect.core.queue;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.Consumer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.XClaimArgs;
import io.lettuce.core.models.stream.PendingMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;

/** Base of the queue tests: files, queues, leases and hand-offs on a real Redis. */
abstract class QueueFixture extends RedisFixture {
  static final Duration LEASE = Duration.ofSeconds(30);
  private static final String GROUP = "workers";
  final TestClock clock = new TestClock();
  final AtomicInteger ids = new AtomicInteger();
  Intake intake;
  Jobs jobs;

  @Override
  protected MonotonicClock ticks() {
    return clock;
  }

  @BeforeEach
  void open() {
    intake = new Intake(redis, () -> "task-" + ids.incrementAndGet());
    jobs = new Jobs(redis);
  }

  Redis redis() {
    return redis;
  }

  /** Bytes that Redis uses now. */
  long usedMemory() {
    return redis
        .call(c -> c.info("memory"))
        .lines()
        .filter(line -> line.startsWith("used_memory:"))
        .mapToLong(line -> Long.parseLong(line.substring(12).strip()))
        .sum();
  }

  /** Kills Redis and restarts it with its data. */
  static void restart() {
    server.crashAndRestart();
  }

  static ScanRequest file(String connector, String location) {
    String url = "http://127.0.0.1:1/" + connector;
    return ScanRequest.of(location, location)
        .withConnector(
            ConnectorInstance.builder(connector, url)
                .uuid(connector)
                .status(ConnectorStatus.READY)
                .build(),
            url)
        .withSize(4L);
  }

  static List<ScanRequest> files(String connector, int count) {
    return IntStream.range(0, count).mapToObj(i -> file(connector, "/data/" + i)).toList();
  }

  RedisStageQueue queue(Stage stage, String consumer) {
    return new RedisStageQueue(redis, stage, consumer, LEASE);
  }

  /** Sets the idle time of each delivery to one lease; keeps its owner and its delivery count. */
  void expireLeases(Task... tasks) {
    for (Task task : tasks) {
      String lane = redis.keys().of(Key.LANE, task.stage().queue(), task.lane());
      Range<String> entry = Range.create(task.entry(), task.entry());
      redis.call(
          c -> {
            PendingMessage delivery = c.xpending(lane, GROUP, entry, Limit.from(1)).getFirst();
            return c.xclaim(
                lane,
                Consumer.from(GROUP, delivery.getConsumer()),
                new XClaimArgs().minIdleTime(0).idle(LEASE).justid(),
                task.entry());
          });
    }
  }

  Handoff end(Task task, Outcome outcome) {
    return end(task, outcome, 1);
  }

  Handoff end(Task task, Outcome outcome, double elapsedMs) {
    String json = "{\"id\":-1,\"scan_request_task_id\":\"" + task.id() + "\"}";
    return Handoff.of(task)
        .outcome(
            outcome, new Handoff.Measured(4, 10, false, elapsedMs, elapsedMs), "/data/x", json, -1);
  }

  /**
   * Copies an archived job {@code count} times: ids from job-{@code from}, each a second younger.
   */
  void copyArchived(String job, int from, int count) {
    redis.call(
        c ->
            c.eval(
                """
                local function archive(job)
                  return ARGV[1] .. string.sub(redis.sha1hex(job), 1, 2)
                end
                local packed = redis.call('HGET', archive(ARGV[2]), ARGV[2])
                local start = redis.call('ZSCORE', KEYS[1], ARGV[2])
                for i = ARGV[3], ARGV[3] + ARGV[4] - 1 do
                  local copy = 'job-' .. string.format('%.0f', i)
                  redis.call('HSET', archive(copy), copy, packed)
                  redis.call('ZADD', KEYS[1], start + 1000 * (i - ARGV[3] + 1), copy)
                end
                redis.call('INCRBY', KEYS[2], ARGV[4])
                """,
                ScriptOutputType.STATUS,
                new String[] {redis.keys().of(Key.JOBS), redis.keys().of(Key.ARCHIVED)},
                redis.keys().of(Key.ARCHIVE, ""),
                job,
                Integer.toString(from),
                Integer.toString(count)));
  }

  Ledger ledger(String job) {
    return jobs.find(job).orElseThrow().ledger();
  }

  List<Task> takeAll(RedisStageQueue queue, Set<String> down) {
    List<Task> all = new ArrayList<>();
    for (List<Task> batch = queue.take(10, down); !batch.isEmpty(); batch = queue.take(10, down)) {
      all.addAll(batch);
    }
    return all;
  }
}
