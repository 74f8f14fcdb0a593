package io.dsxconnect.core.api;

import io.dsxconnect.http.client.Target;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Locale;
import java.util.Optional;

/**
 * Detects a connector on another machine that registers a loopback address, where the core would
 * reach itself or another connector.
 */
final class Loopback {
  private Loopback() {}

  /**
   * Why this URL cannot be registered; empty when it can.
   *
   * @param url that is registered
   * @param peer address of the caller that registers it
   */
  static Optional<String> fault(String url, InetAddress peer) {
    return isLoopback(url) && !isThisMachine(peer)
        ? Optional.of(
            "url_is_loopback: "
                + peer.getHostAddress()
                + " registers a URL on the loopback address, where this core cannot reach it; set"
                + " DSXCONNECTOR_CONNECTOR_URL to an address by which the core reaches the"
                + " connector")
        : Optional.empty();
  }

  private static boolean isLoopback(String url) {
    String host = Target.parse(url).map(Target::host).orElse("");
    if (host.equalsIgnoreCase("localhost")
        || host.toLowerCase(Locale.ROOT).endsWith(".localhost")) {
      return true;
    }
    try {
      return InetAddress.ofLiteral(host).isLoopbackAddress();
    } catch (IllegalArgumentException e) {
      // A host name other than localhost is not resolved here.
      return false;
    }
  }

  private static boolean isThisMachine(InetAddress peer) {
    try {
      return peer.isLoopbackAddress() || NetworkInterface.getByInetAddress(peer) != null;
    } catch (SocketException e) {
      return false;
    }
  }
}
