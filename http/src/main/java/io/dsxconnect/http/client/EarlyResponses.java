package io.dsxconnect.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.ResponseOutOfOrderStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;

/**
 * Reads the response of a peer that refuses a request while the body is being sent: the peer sends
 * 413 or 503 and stops reading, or closes the connection. Without this the client would report a
 * broken pipe instead. Also distinguishes a pooled connection that the peer had already closed
 * ({@link Stale}) from one that broke during the call. Thread-safe.
 */
final class EarlyResponses extends HttpRequestExecutor implements ResponseOutOfOrderStrategy {
  /** How much of the body is sent between two checks for a response. */
  private static final long CHECK_BYTES = 64 * 1024;

  /** Larger, because a check takes a millisecond over TLS: received data must be decrypted. */
  private static final long TLS_CHECK_BYTES = 1024 * 1024;

  private static final Timeout TLS_CHECK_TIME = Timeout.ofMilliseconds(1);

  /** How long to wait for a response after a broken pipe: it has arrived or is on its way. */
  private static final Timeout BROKEN_PIPE_WAIT = Timeout.ofMilliseconds(250);

  /** The peer closed a pooled connection before it sent a response; the request may be resent. */
  static final class Stale extends IOException {
    private static final long serialVersionUID = 1L;

    Stale(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Stops the sending of a body. */
  private static final class Answered extends IOException {
    private static final long serialVersionUID = 1L;
  }

  @Override
  public boolean isEarlyResponseDetected(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      InputStream in,
      long sent,
      long next)
      throws IOException {
    boolean tls = connection.getSSLSession() != null;
    long step = tls ? TLS_CHECK_BYTES : CHECK_BYTES;
    if (sent / step != (sent + next) / step
        && (tls ? connection.isDataAvailable(TLS_CHECK_TIME) : in.available() > 0)) {
      throw new Answered();
    }
    return false;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request,
      HttpClientConnection connection,
      HttpResponseInformationCallback callback,
      HttpContext context)
      throws IOException, HttpException {
    Exchange exchange = Exchange.of(context);
    if (exchange == null) {
      return super.execute(request, connection, callback, context);
    }
    EndpointDetails details = connection.getEndpointDetails();
    boolean pooled = details != null && details.getRequestCount() > 0;
    exchange.useConnection(connection);
    ClassicHttpResponse response;
    try {
      response = super.execute(request, new Sending(connection, exchange), callback, context);
    } catch (IOException e) {
      if (pooled && !exchange.isCut() && isClosed(e)) {
        exchange.markStale();
        throw new Stale(e);
      }
      throw e;
    }
    if (exchange.answeredEarly()) {
      // The rest of the body was not sent, so the connection cannot carry another request.
      response.setHeader(HttpHeaders.CONNECTION, "close");
    }
    return response;
  }

  private static boolean isClosed(IOException e) {
    return e instanceof NoHttpResponseException
        || e instanceof ConnectionClosedException
        || e instanceof SocketException;
  }

  /** A connection that ignores a failure to send the body if the peer has sent a response. */
  private static final class Sending extends WrappedConnection {
    private final Exchange exchange;

    Sending(HttpClientConnection connection, Exchange exchange) {
      super(connection);
      this.exchange = exchange;
    }

    @Override
    public void sendRequestEntity(ClassicHttpRequest request) throws HttpException, IOException {
      try {
        super.sendRequestEntity(request);
      } catch (IOException e) {
        rethrowUnlessAnswered(e);
      }
    }

    @Override
    public void flush() throws IOException {
      if (exchange.answeredEarly()) {
        return;
      }
      try {
        super.flush();
      } catch (IOException e) {
        rethrowUnlessAnswered(e);
      }
    }

    private void rethrowUnlessAnswered(IOException e) throws IOException {
      if (exchange.isCut() || !(e instanceof Answered || hasResponse(e))) {
        throw e;
      }
      exchange.markAnsweredEarly();
    }

    private boolean hasResponse(IOException e) {
      try {
        return isDataAvailable(BROKEN_PIPE_WAIT);
      } catch (IOException none) {
        e.addSuppressed(none);
        return false;
      }
    }
  }
}
