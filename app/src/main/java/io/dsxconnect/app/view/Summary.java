package io.dsxconnect.app.view;

import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Printable;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The result of a scan, for people. Immutable.
 *
 * @param bytes scanned
 * @param seconds from the first scan to the last outcome, summed over the jobs; 0 when it is below
 *     the resolution of the clock that measured it, or no file was scanned
 * @param engine of the scanner; null when unknown
 * @param demo whether the stand-in gave the verdicts, so benign means little
 * @param malicious locations of the first malicious files; empty when unknown
 * @param listing the files and folders not offered for scanning
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
   * The exit code of a command that waited for the scan: 0 when every file was scanned and is
   * clean, 1 when malicious files were found, else 3.
   */
  public int exitCode() {
    if (ledger.malicious() > 0) {
      return 1;
    }
    return ledger.benign() == ledger.accepted() && listing.errors() == 0 ? 0 : 3;
  }

  /** The ledger as a table, then duration, notes on the listing and malicious files. */
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
    if (ledger.pending() > 0) {
      row(out, "pending", ledger.pending());
    }
    out.append(
        String.format(
            Locale.ROOT,
            "  %-16s %12d  %s%n",
            "= sum",
            ledger.ended() + ledger.pending(),
            ledger.balanced() ? "the ledger balances" : "THE LEDGER DOES NOT BALANCE"));
    out.append("\n  ").append(speed()).append('\n');
    if (engine != null) {
      out.append("  scanner: ").append(Printable.of(engine)).append('\n');
    }
    if (ledger.accepted() == 0) {
      out.append("  no file was found, so none was scanned\n");
    }
    listing.lines().forEach(line -> out.append("  ").append(Printable.of(line)).append('\n'));
    malicious.forEach(
        location -> out.append("  MALICIOUS ").append(Printable.of(location)).append('\n'));
    if (!malicious.isEmpty() && ledger.malicious() > malicious.size()) {
      out.append("  ... and ").append(ledger.malicious() - malicious.size()).append(" more\n");
    }
    return out.toString();
  }

  /** Without a measured duration there is no rate. */
  private String speed() {
    Pace pace = new Pace(ledger, bytes, seconds);
    return pace.known()
        ? String.format(
            Locale.ROOT, "%.1f MB in %.1f s: %s", pace.megabytes(), seconds, pace.rates())
        : String.format(Locale.ROOT, "%.1f MB in less than a second", pace.megabytes());
  }

  private static void row(StringBuilder out, String name, long files) {
    out.append(String.format(Locale.ROOT, "  %-16s %12d%n", name, files));
  }
}
