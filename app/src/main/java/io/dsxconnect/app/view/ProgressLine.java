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
  private final long start = System.nanoTime();
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
                .showSpeed()
                .build()
            : null;
  }

  /**
   * Shows these counts.
   *
   * @param bytes scanned so far
   */
  public void show(Ledger ledger, long bytes) {
    double seconds = Math.max(0.001, (System.nanoTime() - start) / 1e9);
    String findings =
        String.format(
            Locale.ROOT,
            "%d malicious, %d not scanned, %.1f MB/s",
            ledger.malicious(),
            ledger.ended() - ledger.scanned(),
            bytes / 1e6 / seconds);
    if (bar != null) {
      bar.maxHint(ledger.accepted());
      bar.stepTo(ledger.ended());
      bar.setExtraMessage(" " + findings);
    } else if (System.nanoTime() - printedAt > LINE_INTERVAL.toNanos()) {
      printedAt = System.nanoTime();
      System.err.printf(
          Locale.ROOT,
          "%d of %d files, %.0f files/s, %s%n",
          ledger.ended(),
          ledger.accepted(),
          ledger.ended() / seconds,
          findings);
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
