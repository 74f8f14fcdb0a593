package io.dsxconnect.http.tls;

import io.dsxconnect.settings.Settings;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a TLS client verifies its peer and identifies itself. Immutable.
 *
 * @param names the settings that error messages refer to
 * @param verify false: accepts any certificate
 * @param bundle PEM file with authorities that are trusted in addition to the JDK's; null for none
 * @param own the client's certificate, for servers that require one; null for none
 * @param interval the minimum time between two checks whether the files have changed
 */
public record ClientTls(
    SettingNames names,
    boolean verify,
    @Nullable Path bundle,
    @Nullable KeyFiles own,
    Duration interval) {
  private static final Logger log = LoggerFactory.getLogger(ClientTls.class);

  /** Trusts the JDK's authorities; no client certificate. */
  public static final ClientTls DEFAULT =
      of(new SettingNames("a CA bundle", "a certificate"), true, null);

  /**
   * Settings without a client certificate, whose files are checked at most every 2 seconds.
   *
   * @param bundle null to trust only the JDK's authorities
   */
  public static ClientTls of(SettingNames names, boolean verify, @Nullable Path bundle) {
    return new ClientTls(names, verify, bundle, null, ServerTls.CHECK_INTERVAL);
  }

  /**
   * Reads {@code <prefix>VERIFY_TLS}, {@code CA_BUNDLE}, {@code CLIENT_CERT} and {@code
   * CLIENT_KEY}; reports invalid values to {@code s}. Logs a warning if verification is off. Does
   * not read the files.
   *
   * @param peer the peer as the settings help names it, for example {@code the scanner}
   */
  public static ClientTls from(Settings s, String prefix, String peer) {
    boolean verify = s.flag(prefix + "VERIFY_TLS", true, "Verify the certificate of " + peer);
    String bundle =
        s.optional(
            prefix + "CA_BUNDLE",
            "PEM file with further trusted authorities for the certificate of " + peer);
    String certificate =
        s.optional(prefix + "CLIENT_CERT", "PEM file with the client certificate for " + peer);
    String key =
        s.optional(
            prefix + "CLIENT_KEY",
            "PEM file with the unencrypted key of " + prefix + "CLIENT_CERT");
    if ((certificate == null) != (key == null)) {
      s.fault(prefix + "CLIENT_CERT and " + prefix + "CLIENT_KEY: set both or neither");
    }
    if (!verify) {
      warn(prefix + "VERIFY_TLS is false", peer);
    }
    ClientTls tls =
        of(
            new SettingNames(prefix + "CA_BUNDLE", prefix + "CLIENT_CERT"),
            verify,
            bundle == null ? null : Path.of(bundle));
    return certificate == null || key == null
        ? tls
        : tls.showing(new KeyFiles(Path.of(certificate), Path.of(key)));
  }

  /**
   * Logs a warning that certificates are not verified.
   *
   * @param why the setting and its value
   * @param peer whose certificate is not verified
   */
  public static void warn(String why, String peer) {
    log.warn("{}: the certificate of {} is not verified", why, peer);
  }

  /** These settings with a client certificate. */
  public ClientTls showing(KeyFiles files) {
    return new ClientTls(names, verify, bundle, files, interval);
  }

  /**
   * A client with these settings. It reads the files now and again when they change.
   *
   * @throws StartFailure if the files cannot be used
   */
  public TlsClient client() {
    try {
      return new TlsClient(this);
    } catch (UnusableFileException e) {
      throw new StartFailure("TLS: " + e.getMessage() + " (see " + names.bundle() + ")", e);
    }
  }

  /**
   * A trust manager made from the current content of the files. It checks the host name only if the
   * TLS engine requests that (endpoint identification).
   *
   * @throws IOException if the files cannot be used; the message is for the operator
   */
  public X509TrustManager trustNow() throws IOException {
    try {
      return verify ? TrustStore.of(bundle) : new TrustAll();
    } catch (UnusableFileException e) {
      throw new IOException(e.getMessage() + " (see " + names.bundle() + ")", e);
    }
  }

  /**
   * A key manager made from the current content of the client certificate's files.
   *
   * @return null if no client certificate is set
   * @throws IOException if the files cannot be used; the message is for the operator
   */
  public @Nullable KeyManager keyNow() throws IOException {
    try {
      return own == null ? null : own.managerNow();
    } catch (UnusableFileException e) {
      throw new IOException(e.getMessage() + " (see " + names.certificate() + ")", e);
    }
  }

  /** All files of these settings. */
  List<Path> files() {
    List<Path> files = new ArrayList<>();
    if (bundle != null) {
      files.add(bundle);
    }
    if (own != null) {
      files.addAll(own.files());
    }
    return files;
  }
}
