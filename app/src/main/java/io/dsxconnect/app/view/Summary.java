package io.dsxconnect.app.view;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Printable;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a scan came to, for people.
 *
 * @param seconds 0 when it took less than the clock that measured it tells apart
 * @param engine of the scanner; null when it is not known here
 * @param demo the stand-in judged, so benign means little
 * @param malicious locations, the first few; empty when they are not known here
 * @param listing what was not offered for scanning
 */
public record Summary(
    Ledger ledger,
    long bytes,
    double seconds,
    @Nullable String engine,
    boolean demo,
    List<String> malicious,
    ListingNotes listing) {

  /**
   * What a command that waited for it ends with: 0 when every file was scanned and is clean, 1 when
   * malicious files were found, 3 when something could not be scanned.
   */
  public int exitCode() {
    if (ledger.malicious() > 0) {
      return 1;
    }
    return ledger.benign() == ledger.accepted() && listing.errors() == 0 ? 0 : 3;
  }

  public String table() {
    StringBuilder out = new StringBuilder();
    row(out, "accepted", ledger.accepted());
    row(out, demo ? "benign (demo)" : "benign", ledger.benign());
    row(out, "malicious", ledger.malicious());
    row(out, "unknown", ledger.unknown());
    row(out, "unsupported", ledger.unsupported());
    row(out, "not scanned", ledger.notScanned());
    row(out, "non compliant", ledger.nonCompliant());
    row(out, "failed", ledger.failed());
    row(out, "cancelled", ledger.cancelled());
    out.append(
        String.format(
            Locale.ROOT,
            "  %-16s %12d  %s%n",
            "= sum",
            ledger.ended() + ledger.pending(),
            ledger.balanced() && ledger.pending() == 0
                ? "the ledger balances"
                : "THE LEDGER DOES NOT BALANCE"));
    out.append("\n  ").append(speed()).append('\n');
    if (engine != null) {
      out.append("  scanner: ").append(Printable.of(engine)).append('\n');
    }
    if (ledger.accepted() == 0) {
      out.append("  no file was found: nothing was scanned\n");
    }
    listing.lines().forEach(line -> out.append("  ").append(Printable.of(line)).append('\n'));
    malicious.forEach(
        location -> out.append("  MALICIOUS ").append(Printable.of(location)).append('\n'));
    if (!malicious.isEmpty() && ledger.malicious() > malicious.size()) {
      out.append("  ... and ").append(ledger.malicious() - malicious.size()).append(" more\n");
    }
    return out.toString();
  }

  /** A rate over a time that was measured as nothing would be invented. */
  private String speed() {
    double megabytes = bytes / 1e6;
    return seconds <= 0
        ? String.format(Locale.ROOT, "%.1f MB in less than a second", megabytes)
        : String.format(
            Locale.ROOT,
            "%.1f MB in %.1f s: %.0f files/s, %.1f MB/s",
            megabytes,
            seconds,
            ledger.ended() / seconds,
            megabytes / seconds);
  }

  private static void row(StringBuilder out, String name, long files) {
    out.append(String.format(Locale.ROOT, "  %-16s %12d%n", name, files));
  }
}
