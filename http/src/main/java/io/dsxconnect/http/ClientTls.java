package io.dsxconnect.http;

import io.dsxconnect.settings.Secret;
import io.dsxconnect.settings.Settings;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a client finds out whom it talks to, and by which way.
 *
 * @param help names of the settings that could help
 * @param verify false: it believes anybody
 * @param bundle authorities beside those of the JDK
 * @param own its own certificate, for servers that want one
 * @param proxy an HTTP proxy that all calls go through
 * @param interval how often files are looked at, at most
 */
public record ClientTls(
    Help help,
    boolean verify,
    @Nullable Path bundle,
    @Nullable KeyFiles own,
    @Nullable Proxy proxy,
    Duration interval) {
  private static final Logger log = LoggerFactory.getLogger(ClientTls.class);
  private static final Pattern PROXY =
      Pattern.compile("(http://)(?:([^:@/\\s]+):([^@/\\s]*)@)?(.*)");

  /** The JDK's authorities, no certificate, no proxy. */
  public static final ClientTls USUAL =
      new ClientTls(
          new Help("a CA bundle", "a certificate", "its URL"),
          true,
          null,
          null,
          null,
          ServerTls.INTERVAL);

  /**
   * What an operator may set.
   *
   * @param bundle names the setting of the authorities
   * @param certificate names the setting of the own certificate
   * @param proxy names the setting of the proxy
   */
  public record Help(String bundle, String certificate, String proxy) {}

  /**
   * An HTTP proxy.
   *
   * @param direct hosts that are called without it
   */
  public record Proxy(
      Target address, @Nullable String user, @Nullable Secret password, NoProxy direct) {}

  /**
   * @param bundle null: the JDK's authorities alone
   */
  public static ClientTls of(Help help, boolean verify, @Nullable Path bundle) {
    return new ClientTls(help, verify, bundle, null, null, ServerTls.INTERVAL);
  }

  /**
   * {@code <prefix>VERIFY_TLS}, {@code CA_BUNDLE}, {@code CLIENT_CERT}, {@code CLIENT_KEY}, {@code
   * PROXY_URL}, {@code NO_PROXY}.
   *
   * @param whom in the words of the reference page, for example {@code the scanner}
   */
  public static ClientTls from(Settings s, String prefix, String whom) {
    ClientTls tls = direct(s, prefix, whom);
    return new ClientTls(
        tls.help, tls.verify, tls.bundle, tls.own, proxy(s, prefix, whom), tls.interval);
  }

  /** The same for what no HTTP proxy lies before. */
  public static ClientTls direct(Settings s, String prefix, String whom) {
    boolean verify =
        s.flag(
            prefix + "VERIFY_TLS",
            true,
            "whether TLS with " + whom + " wants a certificate to trust");
    String bundle =
        s.optional(
            prefix + "CA_BUNDLE",
            "PEM file with the authorities that signed the certificate of " + whom);
    String certificate =
        s.optional(
            prefix + "CLIENT_CERT", "PEM file with the certificate that is shown to " + whom);
    String key = s.optional(prefix + "CLIENT_KEY", "PEM file with its key");
    if ((certificate == null) != (key == null)) {
      s.fault(prefix + "CLIENT_CERT and " + prefix + "CLIENT_KEY: set both, or none");
    }
    if (!verify) {
      warn(prefix + "VERIFY_TLS is false", whom);
    }
    return new ClientTls(
        new Help(prefix + "CA_BUNDLE", prefix + "CLIENT_CERT", prefix + "PROXY_URL"),
        verify,
        bundle == null ? null : Path.of(bundle),
        certificate == null || key == null
            ? null
            : new KeyFiles(Path.of(certificate), Path.of(key)),
        null,
        ServerTls.INTERVAL);
  }

  /** Tells that nobody is asked for proof. */
  public static void warn(String why, String whom) {
    log.warn("{}: whoever answers as {} is believed", why, whom);
  }

  /** The same with a certificate of its own. */
  public ClientTls showing(KeyFiles files) {
    return new ClientTls(help, verify, bundle, files, proxy, interval);
  }

  private static @Nullable Proxy proxy(Settings s, String prefix, String whom) {
    Secret url =
        s.secret(prefix + "PROXY_URL", "http://[user:password@]host:port on the way to " + whom);
    String direct =
        s.optional(
            prefix + "NO_PROXY",
            "hosts that "
                + prefix
                + "PROXY_URL does not lie before, separated by commas: name (and names below it),"
                + " address, network/bits, each with :port or without; * for all");
    NoProxy exceptions = NoProxy.NONE;
    try {
      exceptions = NoProxy.parse(direct == null ? "" : direct);
    } catch (IllegalArgumentException e) {
      s.fault(prefix + "NO_PROXY: " + e.getMessage());
    }
    if (url == null) {
      return null;
    }
    Matcher parts = PROXY.matcher(url.value().strip());
    Optional<Target> address =
        parts.matches() ? Target.parse(parts.group(1) + parts.group(4)) : Optional.empty();
    if (address.isEmpty()) {
      s.fault(prefix + "PROXY_URL: must be http://[user:password@]host:port");
      return null;
    }
    return new Proxy(
        address.get(),
        parts.group(2) == null ? null : decoded(parts.group(2)),
        parts.group(3) == null ? null : new Secret(decoded(parts.group(3))),
        exceptions);
  }

  /** What is no percent-encoding stands for itself. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /**
   * Speaks TLS so, with the files as they are then.
   *
   * @throws StartFailure in one line when the files cannot be used now
   */
  public TlsClient client() {
    try {
      return new TlsClient(this);
    } catch (UnusableFile e) {
      throw new StartFailure("TLS: " + e.getMessage() + " (see " + help.bundle() + ")", e);
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
      return verify ? Trust.of(bundle) : new TrustAnybody();
    } catch (UnusableFile e) {
      throw new IOException(e.getMessage() + " (see " + help.bundle() + ")", e);
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
    } catch (UnusableFile e) {
      throw new IOException(e.getMessage() + " (see " + help.certificate() + ")", e);
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

  /** The first host on the way to another. */
  public Target firstHop(Target to) {
    return proxy == null ? to : proxy.address();
  }
}
