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
 * How a client verifies its peer and identifies itself.
 *
 * @param names the settings that error messages refer to
 * @param verify false: any certificate is accepted
 * @param bundle PEM file with authorities that are trusted in addition to the JDK's
 * @param own the client's own certificate, for servers that require one
 * @param interval the least time between two looks at the files for changes
 */
public record ClientTls(
    SettingNames names,
    boolean verify,
    @Nullable Path bundle,
    @Nullable KeyFiles own,
    Duration interval) {
  private static final Logger log = LoggerFactory.getLogger(ClientTls.class);

  /** The JDK's authorities and no client certificate. */
  public static final ClientTls DEFAULT =
      of(new SettingNames("a CA bundle", "a certificate"), true, null);

  /**
   * @param bundle null: the JDK's authorities alone
   */
  public static ClientTls of(SettingNames names, boolean verify, @Nullable Path bundle) {
    return new ClientTls(names, verify, bundle, null, ServerTls.INTERVAL);
  }

  /**
   * Reads {@code <prefix>VERIFY_TLS}, {@code CA_BUNDLE}, {@code CLIENT_CERT} and {@code
   * CLIENT_KEY}; reports faults to {@code s}.
   *
   * @param peer in the words of the reference page, for example {@code the scanner}
   */
  public static ClientTls from(Settings s, String prefix, String peer) {
    boolean verify =
        s.flag(
            prefix + "VERIFY_TLS",
            true,
            "whether TLS with " + peer + " wants a certificate to trust");
    String bundle =
        s.optional(
            prefix + "CA_BUNDLE",
            "PEM file with the authorities that signed the certificate of " + peer);
    String certificate =
        s.optional(
            prefix + "CLIENT_CERT", "PEM file with the certificate that is shown to " + peer);
    String key = s.optional(prefix + "CLIENT_KEY", "PEM file with its key");
    if ((certificate == null) != (key == null)) {
      s.fault(prefix + "CLIENT_CERT and " + prefix + "CLIENT_KEY: set both, or none");
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

  /** Tells that nobody is asked for proof. */
  public static void warn(String why, String whom) {
    log.warn("{}: whoever answers as {} is believed", why, whom);
  }

  /** The same with a certificate of its own. */
  public ClientTls showing(KeyFiles files) {
    return new ClientTls(names, verify, bundle, files, interval);
  }

  /**
   * Speaks TLS so, with the files as they are then.
   *
   * @throws StartFailure in one line when the files cannot be used now
   */
  public TlsClient client() {
    try {
      return new TlsClient(this);
    } catch (UnusableFileException e) {
      throw new StartFailure("TLS: " + e.getMessage() + " (see " + names.bundle() + ")", e);
    }
  }

  /**
   * Who is believed, by the files as they are now. Names are checked by it when the engine asks for
   * that (endpoint identification).
   *
   * @throws IOException with a message for the operator
   */
  public X509TrustManager trustNow() throws IOException {
    try {
      return verify ? TrustStore.of(bundle) : new TrustAll();
    } catch (UnusableFileException e) {
      throw new IOException(e.getMessage() + " (see " + names.bundle() + ")", e);
    }
  }

  /**
   * The own certificate, as its files are now; null when there is none.
   *
   * @throws IOException with a message for the operator
   */
  public @Nullable KeyManager keyNow() throws IOException {
    try {
      return own == null ? null : own.managerNow();
    } catch (UnusableFileException e) {
      throw new IOException(e.getMessage() + " (see " + names.certificate() + ")", e);
    }
  }

  /** The files that it is made of. */
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
