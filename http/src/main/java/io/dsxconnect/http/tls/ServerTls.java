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
 * How a server proves who it is: TLS 1.2 and 1.3, with files that are read again when they change.
 *
 * @param interval how often the files are looked at, at most
 */
public record ServerTls(KeyFiles files, Duration interval) {
  public static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
  static final Duration INTERVAL = Duration.ofSeconds(2);

  /** Looks at the files every two seconds at most. */
  public static ServerTls of(KeyFiles files) {
    return new ServerTls(files, INTERVAL);
  }

  /**
   * {@code <prefix>USE_TLS}, {@code <prefix>TLS_CERTFILE}, {@code <prefix>TLS_KEYFILE}; null when
   * TLS is off.
   */
  public static @Nullable ServerTls from(Settings s, String prefix) {
    boolean on = s.flag(prefix + "USE_TLS", false, "whether it serves HTTPS");
    String certificate =
        s.optional(prefix + "TLS_CERTFILE", "PEM file with its certificate and the chain");
    String key = s.optional(prefix + "TLS_KEYFILE", "PEM file with its key, not encrypted");
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
   * @throws StartFailure in one line when the files cannot be used
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
