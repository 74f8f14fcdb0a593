package io.dsxconnect.http.server;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Names each request in its answer ({@code X-Request-Id}) and in every log line that it causes. A
 * caller's own name is kept when it is harmless.
 */
public final class RequestId {
  private static final HeaderName NAME = HeaderNames.create("X-Request-Id");
  private static final Pattern HARMLESS = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
  private static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

  private RequestId() {}

  /** The name of the request that is being answered; "" outside of any. */
  public static String current() {
    return CURRENT.isBound() ? CURRENT.get() : "";
  }

  static void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    String given = request.headers().value(NAME).orElse("");
    String id = HARMLESS.matcher(given).matches() ? given : made();
    response.headers().set(NAME, id);
    ScopedValue.where(CURRENT, id).run(chain::proceed);
  }

  private static String made() {
    byte[] random = new byte[8];
    ThreadLocalRandom.current().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
