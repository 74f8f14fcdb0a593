package io.dsxconnect.http.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Refuses addresses that no connector or scanner has but that may give access to a cloud's secrets:
 * link-local, multicast, and the metadata services. Loopback and private ranges are allowed. Checks
 * the resolved address that the connection uses, so a name cannot hide it. Thread-safe.
 */
public final class AddressPolicy implements DnsResolver {
  private static final Set<String> METADATA_SERVICES =
      Set.of("fd00:ec2:0:0:0:0:0:254", "100.100.100.200");

  /**
   * The allowed addresses of a host. Blocks until the name is resolved.
   *
   * @throws RefusedAddress if the host has only refused addresses
   * @throws UnknownHostException if it has no address
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    List<InetAddress> allowed = new ArrayList<>();
    InetAddress[] found = SystemDefaultDnsResolver.INSTANCE.resolve(host);
    for (InetAddress address : found) {
      if (allows(address)) {
        allowed.add(address);
      }
    }
    if (allowed.isEmpty()) {
      throw found.length == 0
          ? new UnknownHostException(host + " has no address")
          : new RefusedAddress(host);
    }
    return allowed.toArray(InetAddress[]::new);
  }

  /** Whether connections to this address are allowed. */
  public static boolean allows(InetAddress address) {
    return !address.isLinkLocalAddress()
        && !address.isMulticastAddress()
        && !METADATA_SERVICES.contains(address.getHostAddress());
  }

  /** Whether a host is a refused IP address. False for every name; names are not resolved. */
  public static boolean refuses(String host) {
    try {
      return !allows(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return SystemDefaultDnsResolver.INSTANCE.resolveCanonicalHostname(host);
  }
}
