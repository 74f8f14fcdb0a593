package io.dsxconnect.http.client;

import java.net.UnknownHostException;

/** {@link AddressPolicy} refuses all addresses of a host, so no call to it is made. */
public final class RefusedAddress extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  RefusedAddress(String host) {
    super(host + " has only refused addresses: link-local, multicast, reserved or cloud metadata");
  }
}
