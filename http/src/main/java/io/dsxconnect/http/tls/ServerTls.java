package io.dsxconnect.http.tls;

import io.dsxconnect.settings.Settings;
import io.dsxconnect.settings.StartFailure;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a server: versions 1.2 and 1.3, with a certificate that is read again when its files
 * change. Immutable.
 *
 * @param files the server's certificate and key
 * @param interval the minimum time between two checks whether the files have changed
 */
public record ServerTls(KeyFiles files, Duration interval) {
  /** The TLS versions that servers and clients offer, in order of preference. */
  public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

  static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);

  /** Checks the files for changes at most every 2 seconds. */
  public static ServerTls of(KeyFiles files) {
    return new ServerTls(files, CHECK_INTERVAL);
  }

  /**
   * Reads {@code <prefix>USE_TLS}, {@code <prefix>TLS_CERTFILE} and {@code <prefix>TLS_KEYFILE};
   * reports invalid values to {@code s}. Does not read the files.
   *
   * @return null if TLS is off or a file is not set
   */
  public static @Nullable ServerTls from(Settings s, String prefix) {
    boolean on = s.flag(prefix + "USE_TLS", false, "Serve HTTPS instead of HTTP");
    String certificate =
        s.optional(prefix + "TLS_CERTFILE", "PEM file with the server's certificate and its chain");
    String key =
        s.optional(
            prefix + "TLS_KEYFILE",
            "PEM file with the unencrypted key of the server's certificate");
    if (!on) {
      return null;
    }
    if (certificate == null || key == null) {
      s.fault(
          prefix
              + "USE_TLS needs "
              + prefix
              + "TLS_CERTFILE and "
              + prefix
              + "TLS_KEYFILE, two PEM files");
      return null;
    }
    return of(new KeyFiles(Path.of(certificate), Path.of(key)));
  }

  /**
   * An SSL context that follows changes of the files.
   *
   * @throws StartFailure if the files cannot be used
   */
  public SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[] {files.manager(interval)}, null, null);
      return context;
    } catch (UnusableFileException e) {
      throw new StartFailure("TLS: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }
}
