package io.dsxconnect.http.client;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Refuses addresses that no connector or scanner has but that may give access to a cloud's secrets
 * or to this machine: link-local, multicast, unspecified, reserved and broadcast addresses, the
 * metadata services, and IPv6 addresses that stand for such an IPv4 address. Loopback and private
 * ranges are allowed. Checks the resolved address that the connection uses, so a name cannot hide
 * it. Thread-safe. See docs/security.md, "Outgoing connections".
 */
public final class AddressPolicy implements DnsResolver {
  private static final List<Prefix> REFUSED =
      List.of(
          new Prefix("0.0.0.0", 8), // this host: connects to loopback
          new Prefix("169.254.0.0", 16), // link-local: metadata of most clouds
          new Prefix("224.0.0.0", 3), // multicast, reserved, broadcast
          new Prefix("100.100.100.200", 32), // Alibaba Cloud
          new Prefix("168.63.129.16", 32), // Azure's virtual public IP
          new Prefix("192.0.0.192", 32), // Oracle Cloud, first generation
          new Prefix("::", 128), // unspecified: connects to loopback
          new Prefix("fe80::", 10), // link-local
          new Prefix("ff00::", 8), // multicast
          new Prefix("fd00:ec2::", 64), // AWS: instance metadata, pod identity, DNS
          new Prefix("fd20:ce::254", 128), // Google Cloud
          new Prefix("fd00:c1::a9fe:a9fe", 128), // Oracle Cloud
          new Prefix("fd00:42::42", 128)); // Scaleway

  /** IPv6 prefixes before an IPv4 address, with the bytes where the IPv4 address is. */
  private static final List<Embedding> EMBEDDINGS =
      List.of(
          new Embedding(new Prefix("::", 96), 12, 13, 14, 15), // IPv4-compatible
          new Embedding(new Prefix("::ffff:0:0:0", 96), 12, 13, 14, 15), // IPv4-translated
          new Embedding(new Prefix("64:ff9b::", 96), 12, 13, 14, 15), // NAT64
          new Embedding(new Prefix("64:ff9b:1::", 48), 6, 7, 9, 10), // local NAT64, RFC 6052 /48
          new Embedding(new Prefix("64:ff9b:1::", 48), 12, 13, 14, 15), // local NAT64, /96
          new Embedding(new Prefix("2002::", 16), 2, 3, 4, 5)); // 6to4

  private static final InetAddress LOOPBACK_6 = InetAddress.ofLiteral("::1");

  private final DnsResolver names;

  /** Resolves names as the system does. */
  public AddressPolicy() {
    this(SystemDefaultDnsResolver.INSTANCE);
  }

  /**
   * @param names resolves names; what it returns is checked
   */
  AddressPolicy(DnsResolver names) {
    this.names = names;
  }

  /** The addresses that begin with the first {@code bits} bits of {@code network}. */
  private record Prefix(InetAddress network, int bits) {
    Prefix(String network, int bits) {
      this(InetAddress.ofLiteral(network), bits);
    }

    boolean contains(InetAddress address) {
      byte[] mine = network.getAddress();
      byte[] other = address.getAddress();
      int bytes = bits / 8;
      int rest = (0xff00 >> (bits % 8)) & 0xff;
      return mine.length == other.length
          && Arrays.equals(mine, 0, bytes, other, 0, bytes)
          && (rest == 0 || (mine[bytes] & rest) == (other[bytes] & rest));
    }
  }

  private record Embedding(Prefix prefix, int first, int second, int third, int fourth) {
    Stream<InetAddress> embedded(InetAddress address) {
      if (!prefix.contains(address)) {
        return Stream.empty();
      }
      byte[] all = address.getAddress();
      byte[] four = {all[first], all[second], all[third], all[fourth]};
      try {
        return Stream.of(InetAddress.getByAddress(four));
      } catch (UnknownHostException e) {
        throw new IllegalStateException("four bytes are an IPv4 address", e);
      }
    }
  }

  /**
   * The allowed addresses of a host. Blocks until the name is resolved.
   *
   * @throws RefusedAddress if the host has only refused addresses
   * @throws UnknownHostException if it has no address
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    List<InetAddress> allowed = new ArrayList<>();
    InetAddress[] found = names.resolve(host);
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

  /** Whether connections to this address are allowed. A zone id makes no difference. */
  public static boolean allows(InetAddress address) {
    if (Arrays.equals(address.getAddress(), LOOPBACK_6.getAddress())) {
      return true;
    }
    return Stream.concat(
            Stream.of(address), EMBEDDINGS.stream().flatMap(form -> form.embedded(address)))
        .noneMatch(each -> REFUSED.stream().anyMatch(prefix -> prefix.contains(each)));
  }

  /**
   * Whether a host is a refused IP address, in any form that this machine or a proxy may read as
   * one: octal, hexadecimal and short IPv4 forms too. False for every name; names are not resolved.
   */
  public static boolean refuses(String host) {
    String literal = host.replaceFirst("\\.$", "");
    return isRefused(literal, InetAddress::ofLiteral)
        || isRefused(literal, Inet4Address::ofPosixLiteral);
  }

  private interface Literal {
    InetAddress parse(String text);
  }

  private static boolean isRefused(String host, Literal form) {
    try {
      return !allows(form.parse(host));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return names.resolveCanonicalHostname(host);
  }
}
