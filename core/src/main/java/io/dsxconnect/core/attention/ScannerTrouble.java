package io.dsxconnect.core.attention;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.attention.Trouble.Subject;
import io.dsxconnect.core.attention.Trouble.Words;
import io.dsxconnect.core.worker.ScannerReport;
import io.dsxconnect.core.worker.ScannerStatus;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A scanner that is unavailable, fails, is busy, or is not configured. Thread-safe. */
@ThreadSafe
final class ScannerTrouble implements TroubleSource {
  private static final String LINK = "/settings#scanner";

  private final Supplier<ScannerStatus> status;

  /**
   * @param status of the scanner; may block
   */
  ScannerTrouble(Supplier<ScannerStatus> status) {
    this.status = status;
  }

  @Override
  public List<Trouble> find() {
    ScannerStatus now = status.get();
    return switch (now.state()) {
      case UNAVAILABLE ->
          List.of(
              about(
                  now.worst(),
                  Trouble.of(
                      Kind.SCANNER_UNAVAILABLE,
                      LINK,
                      new Words(
                          "The scanner is unavailable",
                          because(now.worst())
                              + "All files wait. They go on by themselves when it is back, and no"
                              + " attempt is used up."))));
      case FAILING ->
          List.of(
              about(
                  now.worst(),
                  Trouble.of(
                      Kind.SCANNER_FAILING,
                      LINK,
                      new Words(
                          "The scanner fails on every file",
                          because(now.worst())
                              + "It answers, but gives no verdict. A file that fails at each try"
                              + " becomes a dead letter, and none counts as benign."))));
      case BUSY ->
          List.of(
              about(
                  now.worst(),
                  Trouble.of(
                      Kind.SCANNER_BUSY,
                      LINK,
                      new Words(
                          "The scanner is at its limit",
                          "It refused files for lack of capacity, so that fewer are sent at once."
                              + " Each is sent again; nothing is lost. More scanners raise the"
                              + " limit."))));
      case NOT_CONFIGURED ->
          List.of(
              Trouble.of(
                  Kind.SCANNER_NOT_CONFIGURED,
                  LINK,
                  new Words(
                      "No scanner is configured",
                      "No file is scanned until DSXCONNECT_SCANNER__BASE_URL names one and a scan"
                          + " worker runs.")));
      case READY, UNKNOWN -> List.of();
    };
  }

  private static String because(@Nullable ScannerReport report) {
    return report == null || report.reason() == null
        ? ""
        : Character.toUpperCase(report.reason().charAt(0)) + report.reason().substring(1) + ". ";
  }

  private static Trouble about(@Nullable ScannerReport report, Trouble trouble) {
    if (report == null) {
      return trouble;
    }
    String address = report.instance().address();
    return trouble.about(new Subject("scanner", address, address)).since(report.since());
  }
}
