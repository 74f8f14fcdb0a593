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
 * Reads the answer of a peer that refuses a request while its body is being sent: it says 413 or
 * 503 and stops reading, or closes. Without this the answer is lost to a broken pipe. Also tells a
 * pooled connection that the peer had closed from one that broke.
 */
final class EarlyResponses extends HttpRequestExecutor implements ResponseOutOfOrderStrategy {
  /** Between two looks. Over TLS a look takes a millisecond, because the data must be decrypted. */
  private static final long STEP = 64 * 1024;

  private static final long TLS_STEP = 1024 * 1024;
  private static final Timeout GLANCE = Timeout.ofMilliseconds(1);

  /** After a broken pipe the answer has come already, or is on its way. */
  private static final Timeout LAST_LOOK = Timeout.ofMilliseconds(250);

  /** The peer closed a pooled connection before it answered; the request may be sent again. */
  static final class Stale extends IOException {
    private static final long serialVersionUID = 1L;

    Stale(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

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
    long step = tls ? TLS_STEP : STEP;
    if (sent / step != (sent + next) / step
        && (tls ? connection.isDataAvailable(GLANCE) : in.available() > 0)) {
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
    exchange.runsOver(connection);
    ClassicHttpResponse response;
    try {
      response = super.execute(request, new Sending(connection, exchange), callback, context);
    } catch (IOException e) {
      if (pooled && !exchange.isCut() && isClosed(e)) {
        exchange.meetsStale();
        throw new Stale(e);
      }
      throw e;
    }
    if (exchange.answeredEarly()) {
      // The rest of the body was not sent: nothing else may follow on this connection.
      response.setHeader(HttpHeaders.CONNECTION, "close");
    }
    return response;
  }

  private static boolean isClosed(IOException e) {
    return e instanceof NoHttpResponseException
        || e instanceof ConnectionClosedException
        || e instanceof SocketException;
  }

  /** A connection that forgives a broken body when the peer has answered. */
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
        unlessAnswered(e);
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
        unlessAnswered(e);
      }
    }

    private void unlessAnswered(IOException e) throws IOException {
      if (exchange.isCut() || !(e instanceof Answered || hasAnswer(e))) {
        throw e;
      }
      exchange.wasAnsweredEarly();
    }

    private boolean hasAnswer(IOException e) {
      try {
        return isDataAvailable(LAST_LOOK);
      } catch (IOException none) {
        e.addSuppressed(none);
        return false;
      }
    }
  }
}
