package io.dsxconnect.http.client;

import com.google.errorprone.annotations.ThreadSafe;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Spreads connections over the addresses of a name, for example of scanners behind one alias: each
 * connection tries the rotate address first, and the others if that fails. Thread-safe.
 */
@ThreadSafe
final class RoundRobinResolver implements DnsResolver {
  /**
   * Fixed, because names may come from outside. Names that share a counter are spread less evenly.
   */
  private static final int COUNTERS = 64;

  private final DnsResolver names;
  private final AtomicIntegerArray counters = new AtomicIntegerArray(COUNTERS);

  RoundRobinResolver(DnsResolver names) {
    this.names = names;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] found = names.resolve(host);
    if (found.length < 2) {
      return found;
    }
    int count = counters.getAndIncrement(Math.floorMod(host.hashCode(), COUNTERS));
    List<InetAddress> all = new ArrayList<>(List.of(found));
    int from = 0;
    for (int to = 1; to <= found.length; to++) {
      // Rotates IPv4 and IPv6 addresses separately: where one family is unreachable, every second
      // connection would otherwise try it first and wait for its timeout.
      if (to == found.length || !found[to].getClass().equals(found[from].getClass())) {
        rotate(all.subList(from, to), count);
        from = to;
      }
    }
    return all.toArray(InetAddress[]::new);
  }

  /** Sorts first, because name servers shuffle addresses and rotation needs a stable order. */
  private static void rotate(List<InetAddress> addresses, int count) {
    addresses.sort(Comparator.comparing(InetAddress::getHostAddress));
    Collections.rotate(addresses, -Math.floorMod(count, addresses.size()));
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return names.resolveCanonicalHostname(host);
  }
}
