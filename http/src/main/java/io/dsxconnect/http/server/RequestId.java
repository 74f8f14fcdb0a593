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
 * Gives each request an id, which its response ({@code X-Request-Id}) and every log line of its
 * thread contain. An id from the caller is kept if it has 1 to 64 letters, digits or {@code ._:-}.
 * Thread-safe.
 */
public final class RequestId {
  private static final HeaderName HEADER = HeaderNames.create("X-Request-Id");
  private static final Pattern VALID_ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
  private static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

  private RequestId() {}

  /** The id of the request that the current thread handles; "" if it handles none. */
  public static String current() {
    return CURRENT.isBound() ? CURRENT.get() : "";
  }

  static void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    String given = request.headers().value(HEADER).orElse("");
    String id = VALID_ID.matcher(given).matches() ? given : random();
    response.headers().set(HEADER, id);
    ScopedValue.where(CURRENT, id).run(chain::proceed);
  }

  private static String random() {
    byte[] bytes = new byte[8];
    ThreadLocalRandom.current().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
