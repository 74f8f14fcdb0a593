package io.dsxconnect.core.worker;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The scanner as all live scan workers see it. Immutable.
 *
 * @param worst the report with the worst state, of several the oldest; null without a live worker
 * @param state that report's, else {@code unknown} or {@code not_configured}
 * @param limit sum of the workers' limits; null without a live worker
 * @param tasks sum of the tasks in work; null without a live worker
 * @param recent sums over all workers, and the latency of the worker with the highest one
 */
public record ScannerStatus(
    ScannerState state,
    @Nullable ScannerReport worst,
    @Nullable Integer limit,
    @Nullable Integer tasks,
    ScannerReport.Recent recent) {

  /**
   * Aggregates the reports.
   *
   * @param workers of any stage
   * @param configured whether a setting of the calling process names a scanner; decides only when
   *     no scan worker lives
   */
  public static ScannerStatus of(List<LiveWorker> workers, boolean configured) {
    List<WorkerReport> scan =
        workers.stream()
            .map(LiveWorker::report)
            .filter(report -> report.scanner() != null)
            .toList();
    List<ScannerReport> reports =
        scan.stream().map(r -> Objects.requireNonNull(r.scanner())).toList();
    if (reports.isEmpty()) {
      return new ScannerStatus(
          configured ? ScannerState.UNKNOWN : ScannerState.NOT_CONFIGURED,
          null,
          null,
          null,
          new ScannerReport.Recent(0, 0, 0, null));
    }
    ScannerReport worst =
        reports.stream()
            .max(
                Comparator.comparing(ScannerReport::state)
                    .thenComparing(ScannerReport::since, Comparator.reverseOrder()))
            .orElseThrow();
    return new ScannerStatus(
        worst.state(),
        worst,
        scan.stream().mapToInt(r -> r.load().limit()).sum(),
        scan.stream().mapToInt(r -> r.load().tasks()).sum(),
        new ScannerReport.Recent(
            sum(reports, ScannerReport.Recent::busyPerMinute),
            sum(reports, ScannerReport.Recent::filesPerMinute),
            sum(reports, ScannerReport.Recent::failedPerMinute),
            latency(reports)));
  }

  private static int sum(
      List<ScannerReport> reports, ToIntFunction<ScannerReport.Recent> perMinute) {
    return reports.stream().map(ScannerReport::recent).mapToInt(perMinute).sum();
  }

  private static ScannerReport.@Nullable Latency latency(List<ScannerReport> reports) {
    List<ScannerReport.Latency> known =
        reports.stream().map(r -> r.recent().latency()).filter(Objects::nonNull).toList();
    return known.isEmpty()
        ? null
        : new ScannerReport.Latency(
            max(known, ScannerReport.Latency::p50), max(known, ScannerReport.Latency::p95));
  }

  private static double max(
      List<ScannerReport.Latency> all, ToDoubleFunction<ScannerReport.Latency> value) {
    return all.stream().mapToDouble(value).max().orElse(0);
  }

  /** Whether the scanner is the stand-in; null while no live worker reports one. */
  public @Nullable Boolean demo() {
    return worst == null ? null : worst.instance().demo();
  }
}
