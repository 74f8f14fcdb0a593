package io.dsxconnect.http.client;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that are called without the proxy, in the format that curl and Go read from {@code
 * NO_PROXY}. A name matches itself and all its subdomains, with or without a leading dot. An
 * address or a network ({@code 10.0.0.0/8}) matches hosts that are given as an address; names are
 * not resolved. {@code :port} limits an entry to a port. {@code *} matches every host. Immutable.
 */
public final class NoProxy {
  private static final int MAX_PORT = 65535;

  static final NoProxy NONE = new NoProxy(List.of());

  private static final Pattern ENTRY =
      Pattern.compile(
          "((?:\\*\\.)?[a-z0-9._-]+|\\*|\\[[0-9a-f:.]+]|[0-9a-f]*:[0-9a-f:.]+)(?:/([0-9]{1,3}))?(?::([0-9]{1,5}))?");

  private final List<Entry> entries;

  /**
   * @param name without a leading dot; null for a network
   * @param network null for a name
   * @param port -1 for every port
   */
  private record Entry(@Nullable String name, @Nullable Network network, int port) {
    boolean covers(String host, @Nullable InetAddress address, int hostPort) {
      if (port >= 0 && port != hostPort) {
        return false;
      }
      if (network != null) {
        return address != null && network.contains(address.getAddress());
      }
      return "*".equals(name) || host.equals(name) || host.endsWith("." + name);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Network(byte[] address, int bits) {
    boolean contains(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      for (int i = 0; i < bits; i++) {
        int mask = 0x80 >> (i % 8);
        if ((address[i / 8] & mask) != (other[i / 8] & mask)) {
          return false;
        }
      }
      return true;
    }
  }

  private NoProxy(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * @param text entries, separated by commas or white space
   * @throws IllegalArgumentException if an entry is invalid; the message contains the entry
   */
  static NoProxy parse(String text) {
    return new NoProxy(
        Arrays.stream(text.toLowerCase(Locale.ROOT).split("[,\\s]+"))
            .filter(entry -> !entry.isEmpty())
            .map(NoProxy::entry)
            .toList());
  }

  private static Entry entry(String text) {
    Matcher parts = ENTRY.matcher(text);
    if (!parts.matches()) {
      throw invalid(text);
    }
    String host = parts.group(1).replaceAll("[\\[\\]]", "");
    int port = parts.group(3) == null ? -1 : Integer.parseInt(parts.group(3));
    if (port == 0 || port > MAX_PORT) {
      throw new IllegalArgumentException(
          "'" + text + "' has an invalid port; write a port from 1 to " + MAX_PORT);
    }
    InetAddress address = literal(host);
    if (address == null) {
      if (parts.group(2) != null || host.indexOf(':') >= 0) {
        throw invalid(text);
      }
      return new Entry(host.replaceFirst("^[*]?\\.+", ""), null, port);
    }
    int all = 8 * address.getAddress().length;
    int bits = parts.group(2) == null ? all : Integer.parseInt(parts.group(2));
    if (bits > all) {
      throw invalid(text);
    }
    return new Entry(null, new Network(address.getAddress(), bits), port);
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is not a host; write *, or a name, an address or a network such as 10.0.0.0/8,"
            + " optionally with :port");
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Whether {@code host} is called without the proxy.
   *
   * @param host a name, or an address without brackets
   */
  boolean covers(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    InetAddress address = literal(name);
    return entries.stream().anyMatch(entry -> entry.covers(name, address, port));
  }
}
