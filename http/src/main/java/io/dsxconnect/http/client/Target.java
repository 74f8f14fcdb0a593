package io.dsxconnect.http.client;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.net.URIAuthority;

/**
 * Where a call goes. Parsed leniently because host names with underscores, which Compose services
 * have, are no hosts to {@link java.net.URI}.
 *
 * @param host a name or address; IPv6 without brackets
 * @param path begins with a slash or is empty, and has no trailing slash
 */
public record Target(String scheme, String host, int port, String path) {
  private static final Pattern URL =
      Pattern.compile(
          "(?i)(https?)://(\\[[0-9a-f:.%]+]|[a-z0-9._~-]+)(?::([0-9]{1,5}))?(/[!-~&&[^?#]]*)?");

  /**
   * Parses {@code http(s)://host[:port][/path]}; empty for anything else, user info and query
   * included.
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
    String path = m.group(4) == null ? "" : m.group(4).replaceAll("/+$", "");
    return Optional.of(new Target(scheme, host, port, path));
  }

  /** The target of a path below this one; {@code suffix} begins with a slash. */
  public Target child(String suffix) {
    return new Target(scheme, host, port, path + suffix);
  }

  public HttpHost httpHost() {
    return new HttpHost(scheme, host, port);
  }

  /** A request to this target; {@code query} is raw and may be empty. */
  public ClassicRequestBuilder request(String method, String query) {
    return ClassicRequestBuilder.create(method)
        .setScheme(scheme)
        .setAuthority(new URIAuthority(host, port))
        .setPath((path.isEmpty() ? "/" : path) + (query.isEmpty() ? "" : "?" + query));
  }

  /**
   * Whether it names the machine of whoever calls it; a name other than localhost is not looked up.
   */
  public boolean isLoopback() {
    return host.equalsIgnoreCase("localhost")
        || host.matches("127(\\.[0-9]{1,3}){3}")
        || host.matches("[0:]*:0*1");
  }

  /** The address as a person writes it. */
  @Override
  public String toString() {
    boolean usual = port == (scheme.equals("https") ? 443 : 80);
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return scheme + "://" + name + (usual ? "" : ":" + port) + path;
  }
}
