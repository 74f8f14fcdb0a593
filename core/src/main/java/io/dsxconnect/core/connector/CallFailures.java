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

/** Classifies failed calls to a connector and words their reasons. Thread-safe. */
final class CallFailures {
  private static final Set<Integer> PROXY_STATUSES = Set.of(404, 408, 421, 502, 503, 504);

  private CallFailures() {}

  /** Whether no connection to the address could be made. */
  static boolean isDown(IOException e) {
    return e instanceof ConnectException
        || e instanceof UnknownHostException
        || e instanceof ConnectTimeoutException
        || e instanceof NoRouteToHostException;
  }

  /** The reason of a connector that is down; names the connector. */
  static String downReason(Target connector, IOException e) {
    return "connector "
        + connector
        + " does not answer: "
        + Printable.of(String.valueOf(e.getMessage()));
  }

  /** The reason of a call that failed after its connection was made. */
  static String reason(IOException e, Exchange exchange) {
    if (exchange.isCut()) {
      return "the connector did not answer in time";
    }
    String message = e.getMessage();
    return e.getClass().getSimpleName().toLowerCase(Locale.ROOT).contains("timeout")
        ? "the connector sent no data within the timeout"
        : "the connection to the connector broke: " + Printable.of(String.valueOf(message));
  }

  /** Whether the connection was closed before an answer arrived. */
  static boolean isClosed(IOException e) {
    Throwable why = e.getCause() instanceof IOException cause ? cause : e;
    return why instanceof NoHttpResponseException
        || (why instanceof SocketException && !(why instanceof ConnectException));
  }

  /** The kind of failure, with the name that the original reports to REST clients. */
  static String kind(IOException e) {
    return isDown(e)
        ? "ConnectError"
        : e instanceof java.io.InterruptedIOException ? "ReadTimeout" : "ReadError";
  }

  /**
   * Whether a proxy or balancer in front of an unavailable connector may have sent this response:
   * it has such a status and none of the headers that our connectors set.
   */
  static boolean isFromProxy(ClassicHttpResponse response) {
    return PROXY_STATUSES.contains(response.getCode())
        && ConnectorClient.uuidOf(response) == null
        && !response.containsHeader(Routes.FILE_CHANGED);
  }

  /** The reason when it is a proxy's answer; names the connector. */
  static String proxyReason(Target connector, ClassicHttpResponse response) {
    return "connector " + connector + " does not answer: HTTP " + response.getCode();
  }
}
