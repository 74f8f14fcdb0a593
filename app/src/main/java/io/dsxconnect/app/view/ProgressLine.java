package io.dsxconnect.app.view;

import io.dsxconnect.contract.Ledger;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Shows the progress of a scan: a bar on a terminal, else a line every 5 seconds. Not thread-safe.
 */
public final class ProgressLine implements AutoCloseable {
  private static final Duration LINE_INTERVAL = Duration.ofSeconds(5);

  private final @Nullable ProgressBar bar;
  private long printedAt = System.nanoTime();

  @SuppressWarnings("SystemConsoleNull") // null where there is no terminal, on some JDKs
  public ProgressLine() {
    this.bar =
        System.console() != null && System.console().isTerminal()
            ? new ProgressBarBuilder()
                .setTaskName("scan")
                .setUnit(" files", 1)
                .setInitialMax(0)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(200)
                .hideEta()
                .build()
            : null;
  }

  /**
   * Shows these counts.
   *
   * @param bytes scanned so far
   * @param seconds from the first scan to the last outcome so far; 0 before the first outcome
   */
  public void show(Ledger ledger, long bytes, double seconds) {
    Pace pace = new Pace(ledger, bytes, seconds);
    String findings =
        (pace.known() ? pace.rates() + ", " : "")
            + String.format(
                Locale.ROOT,
                "%d malicious, %d not scanned",
                ledger.malicious(),
                ledger.ended() - ledger.scanned());
    if (bar != null) {
      bar.maxHint(ledger.accepted());
      bar.stepTo(ledger.ended());
      bar.setExtraMessage(" " + findings);
    } else if (System.nanoTime() - printedAt > LINE_INTERVAL.toNanos()) {
      printedAt = System.nanoTime();
      System.err.printf(
          Locale.ROOT, "%d of %d files, %s%n", ledger.ended(), ledger.accepted(), findings);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
