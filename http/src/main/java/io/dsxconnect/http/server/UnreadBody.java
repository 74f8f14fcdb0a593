package io.dsxconnect.http.server;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is still coming when a request was answered early. A connection that is closed while bytes
 * lie unread is reset, and the reset may overtake the answer: a client that is still sending would
 * never read why it was refused. So they are read and dropped for a while (RFC 9112, section 9.6).
 * Connections that stay open need none of this: there the server reads the rest itself.
 */
final class UnreadBody {
  private static final Logger log = LoggerFactory.getLogger(UnreadBody.class);

  /** A client that goes on beyond this does not listen. */
  private static final long MOST = 16 << 20;

  /** One that sends nothing for so long waits for the end of the connection. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  private static final Duration LONGEST = Duration.ofSeconds(10);

  private UnreadBody() {}

  static void readOn(ServerRequest request) {
    if (!request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)
        || !request.content().hasEntity()
        || request.content().consumed()) {
      return;
    }
    Limits limits = request.context().get(Limits.class).orElse(Limits.DEFAULT).within(SILENCE);
    byte[] dropped = new byte[8192];
    try (BodyRateGuard watched = new BodyRateGuard(limits)) {
      // Left open: what is closed before its end may be read to its end.
      InputStream in = request.content().inputStream();
      long begun = System.nanoTime();
      long come = 0;
      for (int n; come < MOST && (n = in.read(dropped)) >= 0; come += n) {
        watched.came(n);
        if (System.nanoTime() - begun > LONGEST.toNanos()) {
          return;
        }
      }
    } catch (IOException | RuntimeException e) {
      // It has read the answer and left.
      log.debug("the rest of a refused request does not come: {}", e.getMessage());
    }
  }
}
