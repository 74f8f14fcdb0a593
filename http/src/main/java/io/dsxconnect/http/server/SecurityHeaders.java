package io.dsxconnect.http.server;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.Locale;
import java.util.Map;

/**
 * Sets the headers that restrict what a browser does with an answer: nothing is stored, framed,
 * executed or loaded by it. A handler that serves a page or a cacheable file replaces {@code
 * Content-Security-Policy} and {@code Cache-Control}. Thread-safe.
 */
final class SecurityHeaders implements Filter {
  /** The headers of every answer, also of those to malformed requests. */
  static final Map<String, String> ALWAYS =
      Map.of(
          "Cache-Control", "no-store",
          "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'",
          "Referrer-Policy", "no-referrer",
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY");

  private static final String HSTS = "Strict-Transport-Security";
  private static final String ONE_YEAR = "max-age=31536000";

  @Override
  public void filter(FilterChain chain, RoutingRequest req, RoutingResponse res) {
    ALWAYS.forEach(res::header);
    if (req.isSecure() && !isLocalhost(req)) {
      res.header(HSTS, ONE_YEAR);
    }
    chain.proceed();
  }

  /** The header holds for all ports of a host name: not for those of an operator's own machine. */
  private static boolean isLocalhost(RoutingRequest req) {
    String host = req.headers().value(HeaderNames.HOST).orElse("").replaceFirst(":[0-9]*$", "");
    String name = host.toLowerCase(Locale.ROOT);
    return name.equals("localhost") || name.endsWith(".localhost");
  }
}
