package io.dsxconnect.core.api;

import io.dsxconnect.contract.Printable;
import io.dsxconnect.http.client.AddressPolicy;
import io.dsxconnect.http.client.Target;
import java.util.Optional;

/** Checks the URL at which a connector says that it can be called. */
final class ConnectorUrl {
  private ConnectorUrl() {}

  /**
   * Why the core would never call this URL; empty if it might.
   *
   * @param url that is registered; an empty one is none
   */
  static Optional<String> fault(String url) {
    if (url.isEmpty()) {
      return Optional.empty();
    }
    Optional<Target> target = Target.parse(url);
    if (target.isEmpty()) {
      return Optional.of(
          "url_not_usable: the URL must be http(s)://host[:port]/name, without user, query,"
              + " fragment and IPv6 zone: "
              + Printable.of(url));
    }
    return AddressPolicy.refuses(target.get().host())
        ? Optional.of("url_is_refused: the connector's address is one that is never called")
        : Optional.empty();
  }
}
