package io.dsxconnect.http.client;

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
 * connection begins with the next address, and goes on to the others when it is dead. Thread-safe.
 */
final class RoundRobinResolver implements DnsResolver {
  /** Names may come from outside: two that share a counter are spread less evenly, no more. */
  private static final int COUNTERS = 64;

  private final DnsResolver names;
  private final AtomicIntegerArray turns = new AtomicIntegerArray(COUNTERS);

  RoundRobinResolver(DnsResolver names) {
    this.names = names;
  }

  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] found = names.resolve(host);
    if (found.length < 2) {
      return found;
    }
    int turn = turns.getAndIncrement(Math.floorMod(host.hashCode(), COUNTERS));
    List<InetAddress> all = new ArrayList<>(List.of(found));
    int from = 0;
    for (int to = 1; to <= found.length; to++) {
      // IPv4 and IPv6 keep their places: where one of the two leads nowhere, each second connection
      // would wait for it in vain.
      if (to == found.length || !found[to].getClass().equals(found[from].getClass())) {
        next(all.subList(from, to), turn);
        from = to;
      }
    }
    return all.toArray(InetAddress[]::new);
  }

  /** Name servers shuffle: turns are only turns when the order is always the same. */
  private static void next(List<InetAddress> addresses, int turn) {
    addresses.sort(Comparator.comparing(InetAddress::getHostAddress));
    Collections.rotate(addresses, -Math.floorMod(turn, addresses.size()));
  }

  @Override
  public String resolveCanonicalHostname(String host) throws UnknownHostException {
    return names.resolveCanonicalHostname(host);
  }
}
