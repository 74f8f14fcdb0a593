package io.dsxconnect.http.client;

import java.net.Inet6Address;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.net.URIAuthority;

/**
 * The URL of a call. Has its own parser because {@link java.net.URI} rejects host names with
 * underscores, which Compose services have. Immutable.
 *
 * @param scheme {@code http} or {@code https}
 * @param host a name or address; IPv6 without brackets
 * @param path empty, or begins with a slash and does not end with one
 */
public record Target(String scheme, String host, int port, String path) {
  private static final Pattern URL =
      Pattern.compile(
          "(?i)(https?)://(\\[[0-9a-f:.]+]|[a-z0-9._~-]+)(?::([0-9]{1,5}))?(/[!-~&&[^?#]]*)?");

  /**
   * Parses {@code http(s)://host[:port][/path]}. The port defaults to 80 or 443; trailing slashes
   * are removed.
   *
   * @return empty for anything else, such as a URL with user info, a query or an IPv6 zone id
   */
  public static Optional<Target> parse(String url) {
    Matcher m = URL.matcher(url.strip());
    if (!m.matches()) {
      return Optional.empty();
    }
    String scheme = m.group(1).toLowerCase(Locale.ROOT);
    int port =
        m.group(3) == null ? (scheme.equals("https") ? 443 : 80) : Integer.parseInt(m.group(3));
    if (port == 0 || port > 65535) {
      return Optional.empty();
    }
    String host = m.group(2).replaceAll("[\\[\\]]", "");
    if (m.group(2).startsWith("[") && !isIpv6(host)) {
      return Optional.empty();
    }
    String path = m.group(4) == null ? "" : m.group(4).replaceAll("/+$", "");
    return Optional.of(new Target(scheme, host, port, path));
  }

  private static boolean isIpv6(String literal) {
    try {
      Inet6Address.ofLiteral(literal);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * This target with a longer path.
   *
   * @param suffix begins with a slash
   */
  public Target child(String suffix) {
    return new Target(scheme, host, port, path + suffix);
  }

  /** Scheme, host and port, as the HTTP client needs them. */
  public HttpHost httpHost() {
    return new HttpHost(scheme, host, port);
  }

  /**
   * A request to this target.
   *
   * @param query already encoded; may be empty
   */
  public ClassicRequestBuilder request(String method, String query) {
    return ClassicRequestBuilder.create(method)
        .setScheme(scheme)
        .setAuthority(new URIAuthority(host, port))
        .setPath((path.isEmpty() ? "/" : path) + (query.isEmpty() ? "" : "?" + query));
  }

  /**
   * Whether the host is {@code localhost} or a loopback address. Other names are not resolved and
   * give false.
   */
  public boolean isLoopback() {
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.[0-9]{1,3}){3}")
        || host.matches("[0:]*:0*1");
  }

  /** The URL; without the port if it is the scheme's default. */
  @Override
  public String toString() {
    boolean isDefaultPort = port == (scheme.equals("https") ? 443 : 80);
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return scheme + "://" + name + (isDefaultPort ? "" : ":" + port) + path;
  }
}
