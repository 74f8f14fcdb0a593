package io.dsxconnect.http.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps a browser from being made to act for a stranger: whatever changes state must not come from
 * a foreign page, nor by a host name that a stranger's name server may have pointed here.
 */
public final class RequestGate {
  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final Set<String> HARMLESS = Set.of("GET", "HEAD", "OPTIONS");
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|\\[[0-9a-fA-F:.%]+]");

  /** Names that no public name server answers for. */
  private static final Pattern PRIVATE =
      Pattern.compile(
          "[a-z0-9_-]+|.*\\.(localhost|local|internal|lan|home\\.arpa|svc|cluster\\.local)");

  private final Set<String> hosts;
  private final String setting;

  /**
   * @param hosts public names by which this server is called, lower case, without port
   * @param setting which names them
   */
  public RequestGate(Set<String> hosts, String setting) {
    this.hosts = Set.copyOf(hosts);
    this.setting = setting;
  }

  /**
   * Lets a request through.
   *
   * @throws Refusal 403 with what to do
   */
  public void check(ServerRequest request) {
    if (HARMLESS.contains(request.prologue().method().text())) {
      return;
    }
    String authority = request.headers().value(HeaderNames.HOST).orElse("");
    String host = authority.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
    if (!knows(host)) {
      throw Refusal.of(403, "this server is not called by that host name; name it in " + setting);
    }
    String origin = request.headers().value(HeaderNames.ORIGIN).orElse("");
    boolean foreign =
        !origin.isEmpty() && !origin.replaceFirst("^https?://", "").equalsIgnoreCase(authority);
    String site = request.headers().value(FETCH_SITE).orElse("");
    if (foreign || site.equals("cross-site")) {
      throw Refusal.of(403, "a page of another origin may not change anything here");
    }
  }

  private boolean knows(String host) {
    return hosts.contains(host)
        || ADDRESS.matcher(host).matches()
        || PRIVATE.matcher(host).matches();
  }
}
