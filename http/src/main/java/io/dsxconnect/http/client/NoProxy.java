package io.dsxconnect.http.client;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hosts that are called without the proxy, in the form that curl and Go read from {@code NO_PROXY}:
 * a name stands for itself and all names below it, with or without a dot in front; addresses and
 * networks ({@code 10.0.0.0/8}) stand for hosts that are named by their address, for names are not
 * looked up; {@code :port} limits an entry to a port; {@code *} stands for every host.
 */
public final class NoProxy {
  static final NoProxy NONE = new NoProxy(List.of());

  private static final Pattern ENTRY =
      Pattern.compile(
          "((?:\\*\\.)?[a-z0-9._-]+|\\*|\\[[0-9a-f:.]+]|[0-9a-f]*:[0-9a-f:.]+)(?:/([0-9]{1,3}))?(?::([0-9]{1,5}))?");

  private final List<Entry> entries;

  /**
   * @param name without a dot in front; null when it is a network
   * @param network null when it is a name
   * @param port -1 for every one
   */
  private record Entry(@Nullable String name, @Nullable Network network, int port) {
    boolean covers(String host, @Nullable InetAddress address, int ofPort) {
      if (port >= 0 && port != ofPort) {
        return false;
      }
      if (network != null) {
        return address != null && network.holds(address.getAddress());
      }
      return "*".equals(name) || host.equals(name) || host.endsWith("." + name);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Network(byte[] address, int bits) {
    boolean holds(byte[] other) {
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
   * @param text entries, separated by commas or blanks
   * @throws IllegalArgumentException that names the entry that is none
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
      throw notOne(text);
    }
    String host = parts.group(1).replaceAll("[\\[\\]]", "");
    int port = parts.group(3) == null ? -1 : Integer.parseInt(parts.group(3));
    InetAddress address = literal(host);
    if (address == null) {
      if (parts.group(2) != null || host.indexOf(':') >= 0) {
        throw notOne(text);
      }
      return new Entry(host.replaceFirst("^[*]?\\.+", ""), null, port);
    }
    int all = 8 * address.getAddress().length;
    int bits = parts.group(2) == null ? all : Integer.parseInt(parts.group(2));
    if (bits > all) {
      throw notOne(text);
    }
    return new Entry(null, new Network(address.getAddress(), bits), port);
  }

  private static IllegalArgumentException notOne(String text) {
    return new IllegalArgumentException(
        "'"
            + text
            + "' is no host; write a name, an address, a network such as 10.0.0.0/8, each with :port"
            + " or without, or *");
  }

  private static @Nullable InetAddress literal(String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * @param host a name or an address without brackets
   */
  boolean covers(String host, int port) {
    String name = host.toLowerCase(Locale.ROOT);
    InetAddress address = literal(name);
    return entries.stream().anyMatch(entry -> entry.covers(name, address, port));
  }
}
