package io.dsxconnect.core;

import io.dsxconnect.core.action.ActionStage;
import io.dsxconnect.core.connector.ConnectorAddresses;
import io.dsxconnect.core.connector.ConnectorClient;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.notify.NotifyStage;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.Concurrency;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RedisStageQueue;
import io.dsxconnect.core.queue.RefusalPolicy;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Slots;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Worker;
import io.dsxconnect.core.record.CancelledFiles;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.result.ResultStage;
import io.dsxconnect.core.scan.ScanStage;
import io.dsxconnect.core.scanner.DsxaScanner;
import io.dsxconnect.core.scanner.ScannerSettings;
import io.dsxconnect.core.stage.StageContext;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.standin.Standin;
import io.dsxconnect.standin.StandinSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** The four stages and a scanner, wired as in the application. */
public final class RunningStages implements AutoCloseable {
  private static final RefusalPolicy REFUSALS =
      new RefusalPolicy(3, Duration.ofMillis(50), Duration.ofMillis(50));
  private static final Duration LEASE = Duration.ofSeconds(5);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final InstantSource clock = InstantSource.system();
  private final Redis redis;
  private final Standin standin;
  private final DsxaScanner scanner;
  private final Semaphore blame = new Semaphore(1);
  private final CircuitBreakers breakers = new CircuitBreakers(System::nanoTime);
  private final CancelledFiles cancelled;

  public RunningStages(TestRedis server) {
    this(server, 1L << 30);
  }

  /**
   * @param limit size in bytes above which files are Non Compliant
   */
  public RunningStages(TestRedis server, long limit) {
    this(server, limit, null);
  }

  /**
   * @param url of a scanner; null for the stand-in
   */
  public RunningStages(TestRedis server, long limit, @Nullable String url) {
    redis = opened(server.connect());
    standin = opened(Standin.start("127.0.0.1", 0, StandinSettings.DEFAULT));
    ConnectorClient connectors = opened(new ConnectorClient(Duration.ofSeconds(5)));
    scanner =
        opened(
            new DsxaScanner(
                ScannerSettings.from(
                    new Settings(
                        Map.of(
                            "DSXCONNECT_SCANNER__BASE_URL", url == null ? standin.url() : url)))));
    Registry registry = new Registry(redis, clock, "dev", connectors::answers);
    ConnectorAddresses addresses = new ConnectorAddresses(registry::find, System::nanoTime);
    Origins origins = new Origins(redis);
    Duration soon = Duration.ofMillis(50);
    RetryPolicy retry = new RetryPolicy(1, soon, soon, soon);
    scanner.onMove(() -> breakers.probeSoon(CircuitBreakers.STAGE));
    Slots slots = slots();
    work(
        Stage.SCAN,
        new ScanStage(
            new StageContext(connectors, addresses, origins, retry, breakers),
            scanner,
            slots,
            REFUSALS,
            limit,
            () -> UUID.randomUUID().toString().replace("-", "")),
        slots,
        breakers);
    CircuitBreakers actionBreakers = new CircuitBreakers(System::nanoTime);
    work(
        Stage.ACTION,
        new ActionStage(
            new StageContext(connectors, addresses, origins, retry, actionBreakers),
            () -> UUID.randomUUID().toString()),
        slots(),
        actionBreakers);
    work(
        Stage.RESULT,
        new ResultStage(origins, clock, -1, false),
        slots(),
        new CircuitBreakers(System::nanoTime));
    work(
        Stage.NOTIFY,
        new NotifyStage(Events.ofResults(redis), new Jobs(redis), clock),
        slots(),
        new CircuitBreakers(System::nanoTime));
    cancelled = new CancelledFiles(redis, origins, clock, -1);
  }

  private static Slots slots() {
    return new Slots(Concurrency.fixed(4), MonotonicClock.SYSTEM);
  }

  private void work(Stage stage, StageHandler handler, Slots slots, CircuitBreakers breakers) {
    opened(
        new Worker(
                new RedisStageQueue(redis, stage, stage + "-" + UUID.randomUUID(), LEASE),
                handler,
                slots,
                breakers,
                blame)
            .start());
  }

  public Standin standin() {
    return standin;
  }

  public DsxaScanner scanner() {
    return scanner;
  }

  /** The circuit breakers of the scan stage. */
  public CircuitBreakers breakers() {
    return breakers;
  }

  /** Records cancelled files, as the application does every two seconds. */
  public void recordCancelled() {
    cancelled.recordAll();
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
