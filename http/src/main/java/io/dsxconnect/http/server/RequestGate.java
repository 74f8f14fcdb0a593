package io.dsxconnect.http.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Protects state-changing requests against cross-site request forgery and DNS rebinding: they must
 * not come from a page of another origin, and their {@code Host} must be an address, a private name
 * or one of the configured names. Thread-safe.
 */
public final class RequestGate {
  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");
  private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-fA-F:.%]+]");

  /** Names that no public name server resolves, so that an attacker cannot point them here. */
  private static final Pattern PRIVATE_NAME =
      Pattern.compile(
          "[a-z0-9_-]+|.*\\.(localhost|local|internal|lan|home\\.arpa|svc|cluster\\.local)");

  private final Set<String> hosts;
  private final String setting;

  /**
   * @param hosts public names of this server, in lower case, without port
   * @param setting the name of the setting that holds them, for the refusal
   */
  public RequestGate(Set<String> hosts, String setting) {
    this.hosts = Set.copyOf(hosts);
    this.setting = setting;
  }

  /**
   * Accepts GET, HEAD, OPTIONS, and requests that meet the conditions above.
   *
   * @throws Refusal 403 otherwise
   */
  public void check(ServerRequest request) {
    if (SAFE_METHODS.contains(request.prologue().method().text())) {
      return;
    }
    String authority = request.headers().value(HeaderNames.HOST).orElse("");
    String host = authority.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
    if (!isExpected(host)) {
      throw Refusal.of(403, "this server does not serve that host name; add it to " + setting);
    }
    String origin = request.headers().value(HeaderNames.ORIGIN).orElse("");
    boolean foreign =
        !origin.isEmpty() && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(authority);
    String site = request.headers().value(FETCH_SITE).orElse("");
    if (foreign || site.equals("cross-site")) {
      throw Refusal.of(403, "a page of another origin may not change anything here");
    }
  }

  private boolean isExpected(String host) {
    return hosts.contains(host)
        || IP_ADDRESS.matcher(host).matches()
        || PRIVATE_NAME.matcher(host).matches();
  }
}
