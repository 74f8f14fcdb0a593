package io.dsxconnect.http.client;

import io.dsxconnect.http.tls.ClientTls;
import io.dsxconnect.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * How an HTTP client connects to its peer. Immutable.
 *
 * @param tls how the client verifies the peer and identifies itself
 * @param proxy null for direct connections
 */
public record ClientSettings(ClientTls tls, @Nullable Proxy proxy) {
  /** Trusts the JDK's authorities; no client certificate, no proxy. */
  public static final ClientSettings DEFAULT = direct(ClientTls.DEFAULT);

  /**
   * Reads {@code <prefix>VERIFY_TLS}, {@code CA_BUNDLE}, {@code CLIENT_CERT}, {@code CLIENT_KEY},
   * {@code PROXY_URL} and {@code NO_PROXY}; reports invalid values to {@code settings}.
   *
   * @param peer the peer as the settings help names it, for example {@code the scanner}
   */
  public static ClientSettings from(Settings settings, String prefix, String peer) {
    return new ClientSettings(
        ClientTls.from(settings, prefix, peer), Proxy.from(settings, prefix, peer));
  }

  /** These TLS settings without a proxy. */
  public static ClientSettings direct(ClientTls tls) {
    return new ClientSettings(tls, null);
  }

  /**
   * The host that the client opens a TCP connection to: the proxy if there is one, else the peer.
   */
  public Target firstHop(Target peer) {
    return proxy == null ? peer : proxy.address();
  }
}
