package io.dsxconnect.app.wiring;

import io.dsxconnect.core.action.ActionStage;
import io.dsxconnect.core.api.Versions;
import io.dsxconnect.core.connector.ConnectorAddresses;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.metrics.SyslogMeters;
import io.dsxconnect.core.metrics.WorkerMeters;
import io.dsxconnect.core.notify.NotifyStage;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.Concurrency;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.RedisStageQueue;
import io.dsxconnect.core.queue.RefusalPolicy;
import io.dsxconnect.core.queue.Slots;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Worker;
import io.dsxconnect.core.record.CancelledFiles;
import io.dsxconnect.core.record.LostActions;
import io.dsxconnect.core.record.RecordIndexer;
import io.dsxconnect.core.record.Retention;
import io.dsxconnect.core.record.SettledLetters;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.result.ResultStage;
import io.dsxconnect.core.scan.ScanStage;
import io.dsxconnect.core.scanner.DsxaScanner;
import io.dsxconnect.core.scanner.ScannerWatch;
import io.dsxconnect.core.siem.SiemOutbox;
import io.dsxconnect.core.siem.SyslogSender;
import io.dsxconnect.core.siem.SyslogSettings;
import io.dsxconnect.core.stage.StageContext;
import io.dsxconnect.core.worker.Heartbeat;
import io.dsxconnect.core.worker.ScannerReport;
import io.dsxconnect.core.worker.ScannerReporter;
import io.dsxconnect.core.worker.WorkerReport;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Wires the workers of one process. Confined to the thread that starts them. */
final class WorkerWiring implements AutoCloseable {
  private static final Duration LEASE = Duration.ofSeconds(10);
  private static final Duration SYSLOG_INTERVAL = Duration.ofMillis(200);
  private static final Duration IDLE_JOB_TIMEOUT = Duration.ofSeconds(60);

  private final CoreParts core;
  private final Origins origins;
  private final Retention retention;
  private final ConnectorAddresses addresses;

  /** One suspect at a time may run alone in this process. */
  private final Semaphore blame = new Semaphore(1);

  private final List<Worker> workers = new CopyOnWriteArrayList<>();

  WorkerWiring(CoreParts core) {
    this.core = core;
    this.origins = new Origins(core.redis);
    this.retention = new Retention(core.redis, core.settings.workers().retain());
    this.addresses = new ConnectorAddresses(core.registry::find, System::nanoTime);
  }

  /**
   * Starts the worker of a stage. The worker of the result stage also runs the upkeep of jobs and
   * listings, and the syslog sender when a collector is configured.
   *
   * @throws NullPointerException for the scan stage when no scanner is configured
   */
  void start(Stage stage, Concurrency concurrency) {
    CircuitBreakers breakers = new CircuitBreakers(System::nanoTime);
    StageContext context =
        new StageContext(core.files, addresses, origins, core.settings.workers().retry(), breakers);
    Slots slots = new Slots(concurrency, MonotonicClock.SYSTEM);
    StageHandler handler =
        switch (stage) {
          case SCAN -> scanStage(context, slots, watched());
          case ACTION -> new ActionStage(context, core.ids);
          case RESULT ->
              new ResultStage(
                  origins, core.clock, retention::records, core.settings.syslog() != null);
          case NOTIFY -> new NotifyStage(Events.ofResults(core.redis), core.jobs, core.clock);
        };
    String consumer = stage.queue() + "-" + core.ids.get();
    Worker worker =
        new Worker(
            new RedisStageQueue(core.redis, stage, consumer, LEASE),
            handler,
            slots,
            breakers,
            blame);
    workers.add(worker.start());
    core.process.watch("the worker on " + stage.queue(), worker::working);
    core.process.metrics.add(new WorkerMeters(stage, worker));
    startHeartbeat(stage, consumer, worker, breakers);
    if (stage == Stage.RESULT) {
      CancelledFiles cancelled =
          new CancelledFiles(core.redis, origins, core.clock, retention::records);
      core.process.upkeep(
          "jobs-upkeep",
          () -> {
            cancelled.recordAll();
            core.jobs.endIdle(IDLE_JOB_TIMEOUT);
            retention.upkeep();
          });
      core.process.upkeep(
          "lost-actions-upkeep",
          new LostActions(core.redis, core.clock, core.settings.syslog() != null)::upkeep);
      core.process.upkeep("settled-letters-upkeep", new SettledLetters(core.redis)::upkeep);
      core.process.upkeep("record-index-upkeep", new RecordIndexer(core.redis)::upkeep);
      core.process.upkeep("listings-upkeep", core.listings::endSilent);
      startSyslog();
    }
  }

  /** Opened after the worker, and closed when it has drained, so that it is listed until then. */
  private void startHeartbeat(
      Stage stage, String consumer, Worker worker, CircuitBreakers breakers) {
    Heartbeat heartbeat =
        core.process.opened(
            new Heartbeat(
                core.workerReports,
                new WorkerReport.Identity(
                    consumer,
                    ProcessParts.hostName(),
                    ProcessHandle.current().pid(),
                    stage.queue(),
                    Versions.PRODUCT,
                    core.startedAt),
                worker,
                stage == Stage.SCAN ? scannerReports(breakers) : Optional::empty,
                MonotonicClock.SYSTEM));
    core.process.upkeep("heartbeat of " + stage.queue(), heartbeat::beat);
  }

  private Supplier<Optional<ScannerReport>> scannerReports(CircuitBreakers breakers) {
    DsxaScanner judge = Objects.requireNonNull(core.scanner, CoreSettings.NO_SCANNER);
    ScannerReporter reporter =
        new ScannerReporter(
            watched(),
            breakers,
            () -> judge.base().toString(),
            core.settings.scanner().demo(),
            core.clock);
    return () -> {
      reporter.probeIfSilent();
      return Optional.of(reporter.report());
    };
  }

  private ScannerWatch watched() {
    return Objects.requireNonNull(core.scannerWatch, CoreSettings.NO_SCANNER);
  }

  private void startSyslog() {
    SyslogSettings syslog = core.settings.syslog();
    if (syslog != null) {
      SiemOutbox outbox = new SiemOutbox(core.redis);
      SyslogSender sender =
          core.process.opened(
              new SyslogSender(
                      syslog,
                      outbox,
                      System::nanoTime,
                      core.ids.get(),
                      ProcessParts.hostName(),
                      SYSLOG_INTERVAL)
                  .start());
      core.process.watch("the syslog sender", sender::working);
      core.process.metrics.add(new SyslogMeters(sender, outbox));
    }
  }

  private ScanStage scanStage(StageContext context, Slots slots, ScannerWatch watch) {
    DsxaScanner judge = Objects.requireNonNull(core.scanner, CoreSettings.NO_SCANNER);
    judge.onMove(
        () -> {
          watch.forget();
          // At its new core.address the core.scanner may accept files at once.
          context.breakers().probeSoon(CircuitBreakers.STAGE);
        });
    return new ScanStage(
        context,
        watch,
        slots,
        RefusalPolicy.DEFAULT,
        core.settings.scanner().maxBytes(),
        () -> core.ids.get().replace("-", ""));
  }

  /** Blocks until all workers have drained, at the same time, so they share one grace period. */
  @Override
  public void close() {
    List<Thread> draining =
        workers.stream().map(worker -> Thread.startVirtualThread(worker::close)).toList();
    for (Thread drain : draining) {
      try {
        drain.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
