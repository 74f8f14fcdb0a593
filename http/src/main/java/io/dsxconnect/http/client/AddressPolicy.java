package io.dsxconnect.http.client;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Refuses to connect to addresses where no connector or scanner lives but a cloud's secrets may:
 * link-local, multicast, and the metadata services. Loopback and private ranges pass. It judges the
 * address that is connected to, so a name cannot hide it.
 */
public final class AddressPolicy implements DnsResolver {
  private static final Set<String> METADATA = Set.of("fd00:ec2:0:0:0:0:0:254", "100.100.100.200");

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

  /** Whether calls may go to this address. */
  public static boolean allows(InetAddress address) {
    return !address.isLinkLocalAddress()
        && !address.isMulticastAddress()
        && !METADATA.contains(address.getHostAddress());
  }

  /** Whether a host is written as an address to which no calls may go; a name never is. */
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
