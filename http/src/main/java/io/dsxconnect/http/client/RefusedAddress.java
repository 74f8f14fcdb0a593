package io.dsxconnect.http.client;

import java.net.UnknownHostException;

/** A host that is never called, whether it answers or not: see {@link AddressPolicy}. */
public final class RefusedAddress extends UnknownHostException {
  private static final long serialVersionUID = 1L;

  RefusedAddress(String host) {
    super(host + " has only addresses that are refused: link-local, multicast or metadata");
  }
}
