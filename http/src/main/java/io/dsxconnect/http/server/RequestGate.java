package io.dsxconnect.http.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Protects a server that browsers can reach against cross-site request forgery and DNS rebinding.
 * Every request but health checks must have a {@code Host} that is an address, a private name or
 * one of the configured names; a request that changes or starts something must not come from a page
 * of another origin. Clients that are no browsers send no {@code Origin} and no {@code
 * Sec-Fetch-Site}, and are not restricted by them. Thread-safe.
 */
public final class RequestGate {
  private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

  /** Same-site pages are strangers too: another port or subdomain is another service. */
  private static final Set<String> FOREIGN_SITES = Set.of("cross-site", "same-site");

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

  /** What a request may do, as far as its route says. */
  public enum Effect {
    /** A health check or metrics, which probes read under any name: everybody may call it. */
    PROBE,
    /** Nothing is changed or started if the method is GET, HEAD or OPTIONS. */
    BY_METHOD,
    /** Something is changed or started, whatever the method. */
    ACTS
  }

  /**
   * Checks a request.
   *
   * @param effect of the route at the request's path; {@link Effect#BY_METHOD} if there is none
   * @throws Refusal 403 if the conditions above are not met
   */
  public void check(ServerRequest request, Effect effect) {
    boolean reads = SAFE_METHODS.contains(request.prologue().method().text());
    if (reads && effect == Effect.PROBE) {
      return;
    }
    String authority = request.headers().value(HeaderNames.HOST).orElse("");
    String host = authority.replaceFirst(":[0-9]*$", "").toLowerCase(Locale.ROOT);
    // A browser always sends Host; HTTP/1.0 clients may not.
    if (!isExpected(host) && !(reads && authority.isEmpty())) {
      throw Refusal.of(403, "this server does not serve that host name; add it to " + setting);
    }
    if (reads && effect != Effect.ACTS) {
      return;
    }
    String origin = request.headers().value(HeaderNames.ORIGIN).orElse("");
    String site = request.headers().value(FETCH_SITE).orElse("");
    if ((!origin.isEmpty() && !isOwnOrigin(origin, authority, request.isSecure()))
        || FOREIGN_SITES.contains(site)) {
      throw Refusal.of(403, "a page of another origin may not change or start anything here");
    }
  }

  /**
   * Compares scheme, host and port. A server without TLS accepts https too: a proxy before it may
   * end the TLS of a browser's connection.
   */
  private static boolean isOwnOrigin(String origin, String authority, boolean secure) {
    return origin.equalsIgnoreCase("https://" + authority)
        || (!secure && origin.equalsIgnoreCase("http://" + authority));
  }

  private boolean isExpected(String host) {
    return hosts.contains(host)
        || IP_ADDRESS.matcher(host).matches()
        || PRIVATE_NAME.matcher(host).matches();
  }
}
