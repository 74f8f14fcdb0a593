package io.dsxconnect.core.connector;

import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.client.Exchange;
import io.dsxconnect.http.client.Target;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.NoHttpResponseException;

/** What a failed call to a connector says about it. */
final class CallFailures {
  private static final Set<Integer> INSTEAD = Set.of(404, 408, 421, 502, 503, 504);

  private CallFailures() {}

  /** Nobody accepts connections at the address. */
  static boolean isDown(IOException e) {
    return e instanceof ConnectException
        || e instanceof UnknownHostException
        || e instanceof ConnectTimeoutException
        || e instanceof NoRouteToHostException;
  }

  /** The reason, naming the connector. */
  static String silence(Target connector, IOException e) {
    return "connector "
        + connector
        + " does not answer: "
        + Printable.of(String.valueOf(e.getMessage()));
  }

  /** The reason of a call that broke or was cut. */
  static String reason(IOException e, Exchange exchange) {
    if (exchange.isCut()) {
      return "the connector did not answer in time";
    }
    String message = e.getMessage();
    return e.getClass().getSimpleName().toLowerCase(Locale.ROOT).contains("timeout")
        ? "the connector fell silent"
        : "the connection to the connector broke: " + Printable.of(String.valueOf(message));
  }

  /** The connection was closed before any answer came. */
  static boolean isClosed(IOException e) {
    Throwable why = e.getCause() instanceof IOException cause ? cause : e;
    return why instanceof NoHttpResponseException
        || (why instanceof SocketException && !(why instanceof ConnectException));
  }

  /** What kind of failure it is, in the words that clients of the original know. */
  static String kind(IOException e) {
    return isDown(e)
        ? "ConnectError"
        : e instanceof java.io.InterruptedIOException ? "ReadTimeout" : "ReadError";
  }

  /** Whether this may be said by what stands in front of a connector that is away. */
  static boolean isInstead(ClassicHttpResponse response) {
    return INSTEAD.contains(response.getCode())
        && ConnectorClient.said(response) == null
        && !response.containsHeader(Routes.FILE_CHANGED);
  }

  /** The reason when it is. */
  static String instead(Target connector, ClassicHttpResponse response) {
    return "connector " + connector + " does not answer: HTTP " + response.getCode();
  }
}
