package io.dsxconnect.core.scanner;

import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.settings.Secret;
import io.dsxconnect.settings.Settings;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the scanner client. Immutable.
 *
 * @param base address of the scanner; null when no setting names one
 * @param token sent as {@code AUTH_TOKEN} and {@code AUTH}; null for none
 * @param timeout longest wait for a byte from the scanner
 * @param maxBytes larger files are Non Compliant; 0 for no limit
 * @param client TLS and proxy
 * @param demo whether it is the stand-in that the user asked for
 */
public record ScannerSettings(
    @Nullable Target base,
    @Nullable Secret token,
    Duration timeout,
    long maxBytes,
    ClientSettings client,
    boolean demo) {

  /** Reads the settings. Malformed values are reported to {@code settings} as faults. */
  public static ScannerSettings from(Settings settings) {
    String url =
        settings.optional(
            "DSXCONNECT_SCANNER__BASE_URL",
            "Address of the scanner, for example http://dsxa_scanner:5000. Also read from"
                + " DSXCONNECT_SCANNER__SCAN_BINARY_URL, with or without /scan/binary/v2. Without"
                + " it no file is scanned",
            "DSXCONNECT_SCANNER__SCAN_BINARY_URL",
            "SCANNER_BASE_URL",
            "SCAN_BINARY_URL");
    Target base = null;
    if (url != null) {
      base = baseOf(url).orElse(null);
      if (base == null) {
        settings.fault(
            "DSXCONNECT_SCANNER__BASE_URL: must be http(s)://host[:port], for example"
                + " http://dsxa_scanner:5000");
      }
    }
    Secret token =
        settings.secret(
            "DSXCONNECT_SCANNER__AUTH_TOKEN",
            "Token sent to the scanner as AUTH_TOKEN and AUTH",
            "SCANNER_AUTH_TOKEN",
            "AUTH_TOKEN");
    return new ScannerSettings(
        base,
        token,
        settings.seconds(
            "DSXCONNECT_SCANNER__TIMEOUT_SECONDS",
            Duration.ofMinutes(10),
            Duration.ofSeconds(1),
            "Longest wait for a byte from the scanner; then the file is tried again"),
        settings.number(
            "DSXCONNECT_SCANNER__MAX_FILE_SIZE_BYTES",
            2L << 30,
            0,
            Long.MAX_VALUE,
            "Maximum size of a file; larger ones are Non Compliant. 0 for no limit"),
        ClientSettings.from(settings, "DSXCONNECT_SCANNER__", "the scanner"),
        false);
  }

  /** Parses a scanner's address, with or without the path of its scan route; empty if malformed. */
  public static Optional<Target> baseOf(String url) {
    return Target.parse(url.replaceFirst("/scan/binary.*$", ""));
  }

  /**
   * These settings with the address of a stand-in that the user asked for, without token, TLS and
   * proxy.
   *
   * @throws java.util.NoSuchElementException when {@code url} is malformed
   */
  public ScannerSettings demoAt(String url) {
    return new ScannerSettings(
        Target.parse(url).orElseThrow(), null, timeout, maxBytes, ClientSettings.DEFAULT, true);
  }
}
