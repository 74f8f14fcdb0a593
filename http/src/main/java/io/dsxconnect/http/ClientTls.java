package io.dsxconnect.http;

import io.dsxconnect.settings.Secret;
import io.dsxconnect.settings.Settings;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
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
      Pattern.compile("(https?://)(?:([^:@/\\s]+):([^@/\\s]*)@)?(.*)");

  /** The JDK's authorities, no certificate, no proxy. */
  public static final ClientTls USUAL =
      new ClientTls(
          new Help("a CA bundle", "a certificate"), true, null, null, null, ServerTls.INTERVAL);

  /**
   * What an operator may set.
   *
   * @param bundle names the setting of the authorities
   * @param certificate names the setting of the own certificate
   */
  public record Help(String bundle, String certificate) {}

  /** An HTTP proxy. */
  public record Proxy(Target address, @Nullable String user, @Nullable Secret password) {}

  /**
   * @param bundle null: the JDK's authorities alone
   */
  public static ClientTls of(Help help, boolean verify, @Nullable Path bundle) {
    return new ClientTls(help, verify, bundle, null, null, ServerTls.INTERVAL);
  }

  /**
   * {@code <prefix>VERIFY_TLS}, {@code CA_BUNDLE}, {@code CLIENT_CERT}, {@code CLIENT_KEY}, {@code
   * PROXY_URL}.
   *
   * @param whom in the words of the reference page, for example {@code the scanner}
   */
  public static ClientTls from(Settings s, String prefix, String whom) {
    boolean verify =
        s.flag(
            prefix + "VERIFY_TLS", true, "whether " + whom + " must prove who it is, with https");
    String bundle =
        s.optional(
            prefix + "CA_BUNDLE",
            "PEM file with the authorities that signed " + whom + "'s certificate");
    String certificate =
        s.optional(
            prefix + "CLIENT_CERT", "PEM file with the certificate that is shown to " + whom);
    String key = s.optional(prefix + "CLIENT_KEY", "PEM file with its key");
    if ((certificate == null) != (key == null)) {
      s.fault(prefix + "CLIENT_CERT and " + prefix + "CLIENT_KEY: set both, or none");
    }
    ClientTls tls =
        new ClientTls(
            new Help(prefix + "CA_BUNDLE", prefix + "CLIENT_CERT"),
            verify,
            bundle == null ? null : Path.of(bundle),
            certificate == null || key == null
                ? null
                : new KeyFiles(Path.of(certificate), Path.of(key)),
            proxy(s, prefix, whom),
            ServerTls.INTERVAL);
    if (!verify) {
      log.warn("{}VERIFY_TLS is false: whoever answers as {} is believed", prefix, whom);
    }
    return tls;
  }

  /** The same with a certificate of its own. */
  public ClientTls showing(KeyFiles files) {
    return new ClientTls(help, verify, bundle, files, proxy, interval);
  }

  private static @Nullable Proxy proxy(Settings s, String prefix, String whom) {
    Secret url =
        s.secret(prefix + "PROXY_URL", "http://[user:password@]host:port on the way to " + whom);
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
        parts.group(3) == null ? null : new Secret(decoded(parts.group(3))));
  }

  private static String decoded(String text) {
    return java.net.URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * @throws StartFailure in one line when the files cannot be used
   */
  public SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          own == null ? null : new KeyManager[] {own.manager(interval)},
          new TrustManager[] {verify ? Trust.of(bundle, interval) : new TrustAnybody()},
          null);
      return context;
    } catch (UnusableFile e) {
      throw new StartFailure("TLS: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /** Whether a certificate is for a name; the JDK's own check refuses names with underscores. */
  public HostnameVerifier names() {
    return verify ? new DefaultHostnameVerifier() : NoopHostnameVerifier.INSTANCE;
  }

  /**
   * Speaks TLS over a connection.
   *
   * @throws TlsFailure when the other does not prove who it is
   */
  public Socket over(Socket plain, String host, int port) throws IOException {
    SSLSocket socket =
        (SSLSocket) context().getSocketFactory().createSocket(plain, host, port, true);
    socket.setEnabledProtocols(ServerTls.PROTOCOLS.toArray(String[]::new));
    try {
      socket.startHandshake();
      if (!names().verify(host, socket.getSession())) {
        throw new SSLPeerUnverifiedException("not for " + host);
      }
      return socket;
    } catch (SSLException e) {
      socket.close();
      throw TlsFailure.of(e, host, help);
    }
  }

  /** Upgrades connections; what goes wrong is a {@link TlsFailure}. */
  public TlsSocketStrategy strategy() {
    DefaultClientTlsStrategy strategy =
        new DefaultClientTlsStrategy(
            context(),
            ServerTls.PROTOCOLS.toArray(String[]::new),
            null,
            SSLBufferMode.STATIC,
            HostnameVerificationPolicy.CLIENT,
            names());
    return (socket, host, port, attachment, context) -> {
      try {
        return strategy.upgrade(socket, host, port, attachment, context);
      } catch (SSLException e) {
        throw TlsFailure.of(e, host, help);
      } catch (IllegalArgumentException e) {
        throw new IOException("not a host name: " + host, e);
      }
    };
  }
}
