package io.dsxconnect.core.worker;

import org.jspecify.annotations.Nullable;

/** Reports for the tests. */
public final class Reports {
  private Reports() {}

  /** A report of a worker whose limit is 4 of 2 to 8, with one task in work. */
  public static WorkerReport of(String id, String queue, @Nullable ScannerReport scanner) {
    return new WorkerReport(
        new WorkerReport.Identity(id, "host", 7, queue, "1.2.3", 1_000),
        new WorkerReport.Load(1, 4, 2, 8),
        new WorkerReport.Ended(10, 2, 1.5),
        scanner);
  }

  /** A scanner that is in a state since a time. */
  public static ScannerReport scanner(ScannerState state, long since) {
    return new ScannerReport(
        state,
        since,
        state == ScannerState.READY ? null : "because",
        state == ScannerState.UNAVAILABLE,
        new ScannerReport.Instance("http://dsxa:5000", "DSXA 4.1", false),
        new ScannerReport.Recent(3, 50, 4, new ScannerReport.Latency(10, 20)));
  }

  /** Publishes a report as its worker does. */
  public static void publish(WorkerReports reports, WorkerReport report) {
    if (!reports.publish(report)) {
      throw new IllegalStateException("too many workers");
    }
  }

  /** Removes a worker as it does itself when it stops. */
  public static void remove(WorkerReports reports, String id) {
    reports.remove(id);
  }
}
