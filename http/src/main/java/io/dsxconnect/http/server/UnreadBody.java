package io.dsxconnect.http.server;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and discards the rest of a request body after an early answer, up to 16 MiB and 10 seconds.
 * Closing a connection with unread bytes resets it, and the reset may overtake the answer: a client
 * that is still sending would never read why it was refused (RFC 9112, section 9.6). Connections
 * that stay open do not need this; there the server itself reads the rest. Thread-safe.
 */
final class UnreadBody {
  private static final Logger log = LoggerFactory.getLogger(UnreadBody.class);

  /** A client that still sends after this much does not read the answer. */
  static final long MAX_BYTES = 16 << 20;

  /** A client that sends nothing for this long waits for the end of the connection. */
  private static final Duration MAX_SILENCE = Duration.ofSeconds(2);

  static final Duration MAX_TIME = Duration.ofSeconds(10);

  private UnreadBody() {}

  /** Blocks until the rest is read or a limit is reached. Does nothing if none is needed. */
  static void discard(ServerRequest request) {
    if (!request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
        || !request.content().hasEntity()
        || request.content().consumed()) {
      return;
    }
    Limits limits =
        request.context().get(Limits.class).orElse(Limits.DEFAULT).withBodyTimeUpTo(MAX_SILENCE);
    try (BodyRateGuard guard = new BodyRateGuard(limits)) {
      // Not closed: closing it early may read it to its end.
      InputStream in = request.content().inputStream();
      discard(in, guard, System::nanoTime);
    } catch (IOException | RuntimeException e) {
      // The client has read the answer and closed the connection.
      log.debug("cannot read the rest of a refused request: {}", e.getMessage());
    }
  }

  /**
   * @param nanoTime the clock
   */
  static void discard(InputStream in, BodyRateGuard guard, LongSupplier nanoTime)
      throws IOException {
    byte[] buffer = new byte[8192];
    long startNanos = nanoTime.getAsLong();
    long total = 0;
    for (int n; total < MAX_BYTES && (n = in.read(buffer)) >= 0; total += n) {
      guard.received(n);
      if (nanoTime.getAsLong() - startNanos > MAX_TIME.toNanos()) {
        return;
      }
    }
  }
}
