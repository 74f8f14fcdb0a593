package io.dsxconnect.http.client;

import io.dsxconnect.http.tls.ClientTls;
import io.dsxconnect.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * How an HTTP client reaches its peer.
 *
 * @param tls how it verifies the peer and identifies itself
 * @param proxy null: it connects to the peer directly
 */
public record ClientSettings(ClientTls tls, @Nullable Proxy proxy) {
  /** The JDK's authorities, no client certificate, no proxy. */
  public static final ClientSettings DEFAULT = direct(ClientTls.DEFAULT);

  /**
   * Reads {@code <prefix>VERIFY_TLS}, {@code CA_BUNDLE}, {@code CLIENT_CERT}, {@code CLIENT_KEY},
   * {@code PROXY_URL} and {@code NO_PROXY}; reports faults to {@code settings}.
   *
   * @param peer in the words of the reference page, for example {@code the scanner}
   */
  public static ClientSettings from(Settings settings, String prefix, String peer) {
    return new ClientSettings(
        ClientTls.from(settings, prefix, peer), Proxy.from(settings, prefix, peer));
  }

  /** Without a proxy. */
  public static ClientSettings direct(ClientTls tls) {
    return new ClientSettings(tls, null);
  }

  /** The host that a connection to {@code peer} is opened to: the proxy, if there is one. */
  public Target firstHop(Target peer) {
    return proxy == null ? peer : proxy.address();
  }
}
