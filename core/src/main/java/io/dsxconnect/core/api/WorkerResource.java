package io.dsxconnect.core.api;

import io.dsxconnect.core.worker.LiveWorker;
import io.dsxconnect.core.worker.ScannerReport;
import io.dsxconnect.core.worker.ScannerState;
import io.dsxconnect.core.worker.ScannerStatus;
import io.dsxconnect.core.worker.WorkerReport;
import io.dsxconnect.core.worker.WorkerReports;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The live workers, and the scanner as they see it. Thread-safe. */
public final class WorkerResource implements RouteTable.Resource {
  private final WorkerReports reports;
  private final boolean scannerConfigured;

  /**
   * @param scannerConfigured whether a setting of this process names a scanner; decides the state
   *     of the scanner while no scan worker lives
   */
  public WorkerResource(WorkerReports reports, boolean scannerConfigured) {
    this.reports = reports;
    this.scannerConfigured = scannerConfigured;
  }

  record LiveWorkers(List<WorkerView> workers) {}

  /** A live worker; times in seconds since the epoch. */
  record WorkerView(
      String id,
      String host,
      long pid,
      String queue,
      String version,
      long startedAt,
      long lastSeenAt,
      int tasks,
      int limit,
      int limitMin,
      int limitMax,
      long done,
      long failed,
      double rate) {

    static WorkerView of(LiveWorker worker) {
      WorkerReport.Identity identity = worker.report().identity();
      WorkerReport.Load load = worker.report().load();
      WorkerReport.Ended ended = worker.report().ended();
      return new WorkerView(
          identity.id(),
          identity.host(),
          identity.pid(),
          identity.queue(),
          identity.version(),
          identity.startedAt(),
          worker.lastSeenAt(),
          load.tasks(),
          load.limit(),
          load.limitMin(),
          load.limitMax(),
          ended.done(),
          ended.failed(),
          ended.rate());
    }
  }

  /** Engine time in milliseconds. */
  record LatencyView(double p50, double p95) {}

  /** The scanner; fields that no live scan worker reports are null. */
  record ScannerView(
      ScannerState state,
      @Nullable Long since,
      @Nullable String reason,
      @Nullable String address,
      @Nullable String engine,
      @Nullable Boolean demo,
      @Nullable Integer limit,
      @Nullable Integer tasks,
      @Nullable LatencyView latencyMs,
      int busyPerMinute,
      int filesPerMinute,
      int failedPerMinute) {

    static ScannerView of(ScannerStatus status) {
      ScannerReport worst = status.worst();
      ScannerReport.Latency latency = status.recent().latency();
      return new ScannerView(
          status.state(),
          worst == null ? null : (Long) worst.since(),
          worst == null ? null : worst.reason(),
          worst == null ? null : worst.instance().address(),
          worst == null ? null : worst.instance().engine(),
          status.demo(),
          status.limit(),
          status.tasks(),
          latency == null ? null : new LatencyView(latency.p50(), latency.p95()),
          status.recent().busyPerMinute(),
          status.recent().filesPerMinute(),
          status.recent().failedPerMinute());
    }
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/workers", Access.VIEWER, "List the live workers")
            .answers(200, "The workers, by queue, host and id", LiveWorkers.class)
            .to(
                call ->
                    call.answer(
                        200,
                        new LiveWorkers(reports.live().stream().map(WorkerView::of).toList()))),
        Route.get("/scanner", Access.VIEWER, "Get the state of the scanner")
            .answers(200, "The scanner as the live scan workers see it", ScannerView.class)
            .to(
                call ->
                    call.answer(
                        200, ScannerView.of(ScannerStatus.of(reports.live(), scannerConfigured)))));
  }
}
