package io.dsxconnect.core.redis;

import io.dsxconnect.http.tls.SettingNames;
import io.dsxconnect.http.tls.TlsFailure;
import java.io.UncheckedIOException;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Explains why Redis cannot be used, with the remedy. */
final class RedisErrors {
  private RedisErrors() {}

  /**
   * @param tls names of the TLS settings, for the remedy; null without TLS
   */
  static String why(Exception e, @Nullable SettingNames tls) {
    String root = rootMessage(e);
    if (root.startsWith("NOPERM")) {
      return "its user lacks a right (" + root + "); grant it with ACL SETUSER";
    }
    if (root.startsWith("NOAUTH") || root.startsWith("WRONGPASS")) {
      return "refuses the password; set DSXCONNECT_REDIS_PASSWORD";
    }
    for (Throwable cause = e; tls != null && cause != null; cause = cause.getCause()) {
      if (cause instanceof UncheckedIOException unusable) {
        return "TLS: " + Objects.requireNonNull(unusable.getCause()).getMessage();
      }
      if (cause instanceof SSLException failure) {
        return "TLS: " + TlsFailure.why(failure, tls);
      }
    }
    return "does not answer (" + root + ")";
  }

  /** The message of the root cause, or its class when it has none. */
  static String rootMessage(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
