package io.dsxconnect.core.api;

import io.dsxconnect.http.client.Target;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Locale;
import java.util.Optional;

/**
 * A connector on another machine that registers a loopback address: the core would find itself
 * there, or another connector.
 */
final class Loopback {
  private Loopback() {}

  /**
   * Why this address is not called.
   *
   * @param peer that registers it
   */
  static Optional<String> fault(String url, InetAddress peer) {
    return isLoopback(url) && !isHere(peer)
        ? Optional.of(
            "url_is_loopback: "
                + peer.getHostAddress()
                + " registers a URL on the loopback address, where this core does not find it; set"
                + " DSXCONNECTOR_CONNECTOR_URL to an address by which the core reaches the connector")
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
      // A name; what it means is for its resolver to say.
      return false;
    }
  }

  private static boolean isHere(InetAddress peer) {
    try {
      return peer.isLoopbackAddress() || NetworkInterface.getByInetAddress(peer) != null;
    } catch (SocketException e) {
      return false;
    }
  }
}
