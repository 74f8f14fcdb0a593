package io.dsxconnect.core.connector;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.Exchange;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.RefusedAddress;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Bodies;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls connectors: reads files, acts on them, and makes small calls for the API. Every method
 * blocks until the connector answers or {@link Times} ends the call. Thread-safe. See docs/wire.md,
 * "Connector routes".
 */
public final class ConnectorClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConnectorClient.class);
  private static final int MAX_ANSWER_BYTES = 1 << 20;

  private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]{1,200}");

  /**
   * For small calls: 512 connections, at most 32 per address, so that a connector that hangs leaves
   * connections for the others.
   */
  public static final HttpClients.Pool POOL = new HttpClients.Pool(512, 32);

  /** Without a charset, as the original sends it. */
  private static final ContentType JSON = ContentType.create("application/json");

  private final CloseableHttpClient client;
  private final Times times;
  private final ConnectorIdentityCheck identities =
      new ConnectorIdentityCheck(this::readiness, System::nanoTime);

  /**
   * The time limits of calls.
   *
   * @param silence longest wait for a byte, {@code DSXCONNECT_CONNECTORS__CLIENT_TIMEOUT_SECONDS};
   *     also the limit of a whole small call
   * @param action limit of a whole action, {@code DSXCONNECT_CONNECTORS__ACTION_TIMEOUT_SECONDS}: a
   *     move to another file system copies the file and reads it twice
   * @param minimumRate of a file's bytes
   */
  public record Times(Duration silence, Duration action, MinimumRate minimumRate) {
    /** This silence; 10 minutes for actions; {@link MinimumRate#DEFAULT}. */
    public static Times of(Duration silence) {
      return new Times(silence, Duration.ofMinutes(10), MinimumRate.DEFAULT);
    }

    /**
     * The limit of the head of an answer as a whole: {@code silence} alone would let a connector
     * send it byte by byte.
     */
    private Duration headTimeout() {
      return silence.multipliedBy(3);
    }
  }

  /** With {@link Times#of}, {@link #POOL} and the JDK's certificate authorities. */
  public ConnectorClient(Duration silence) {
    this(Times.of(silence), POOL, ClientSettings.DEFAULT);
  }

  /**
   * @param pool limits of connections
   * @param settings TLS and proxy
   */
  public ConnectorClient(Times times, HttpClients.Pool pool, ClientSettings settings) {
    this.times = times;
    this.client = HttpClients.client(Duration.ofSeconds(3), times.silence(), pool, settings);
  }

  /**
   * Opens a file. Blocks until the start of the answer. The caller closes the stream: after its end
   * the connection is reused, before its end the connection is closed.
   *
   * @param url of the connector
   */
  public ReadReply read(String url, ScanRequest request) {
    Optional<Target> target = Target.parse(url);
    if (target.isEmpty()) {
      return new ReadReply.Unreadable("the connector's URL is not usable: " + Printable.of(url));
    }
    String uuid = uuid(request);
    Target readFile = target.get().child(Routes.READ_FILE);
    Exchange exchange = new Exchange(times.headTimeout()).repeatable();
    exchange.begin();
    ClassicHttpResponse response;
    try {
      identities.check(url, uuid);
      response =
          client.executeOpen(
              readFile.httpHost(), json("POST", readFile, request), exchange.context());
    } catch (RefusedAddress e) {
      exchange.close();
      return new ReadReply.Unreadable("the connector is not called: " + e.getMessage());
    } catch (WrongConnectorException e) {
      exchange.close();
      return new ReadReply.Misdirected(e.reason());
    } catch (IOException e) {
      exchange.close();
      return isDown(url, e, exchange)
          ? new ReadReply.Down(CallFailures.downReason(target.get(), e))
          : new ReadReply.Failed("connector_connection", CallFailures.reason(e, exchange));
    }
    ReadReply read;
    try {
      ConnectorIdentityCheck.checkAnswer(url, uuid, uuidOf(response));
      if (CallFailures.isFromProxy(response) && !answers(url)) {
        cut(response);
        read = new ReadReply.Down(CallFailures.proxyReason(target.get(), response));
      } else {
        read = new ReadFileResponse(response).read(request.location());
      }
    } catch (WrongConnectorException e) {
      cut(response);
      read = new ReadReply.Misdirected(e.reason());
    } catch (IOException e) {
      cut(response);
      read = new ReadReply.Failed("connector_connection", CallFailures.reason(e, exchange));
    }
    exchange.end();
    if (read instanceof ReadReply.Content content) {
      return new ReadReply.Content(
          new MinimumRateStream(content.stream(), exchange, times.minimumRate()), content.length());
    }
    exchange.close();
    return read;
  }

  /**
   * Requests the item action for a file. Blocks for the whole action, see {@link Times}.
   *
   * @param url of the connector
   */
  public ActionReply act(String url, ScanRequest request) {
    Optional<Target> target = Target.parse(url);
    if (target.isEmpty()) {
      return new ActionReply.Failed(
          "connector_client", "the connector's URL is not usable: " + Printable.of(url));
    }
    String uuid = uuid(request);
    Target itemAction = target.get().child(Routes.ITEM_ACTION);
    try (Exchange exchange =
        new Exchange(times.action())
            .silence(/* silence= */ times.action(), /* forConnection= */ times.silence())
            .repeatable()) {
      identities.check(url, uuid);
      exchange.begin();
      try (ClassicHttpResponse response =
          client.executeOpen(
              itemAction.httpHost(), json("PUT", itemAction, request), exchange.context())) {
        ConnectorIdentityCheck.checkAnswer(url, uuid, uuidOf(response));
        if (CallFailures.isFromProxy(response) && !answers(url)) {
          return new ActionReply.Down(CallFailures.proxyReason(target.get(), response));
        }
        return acted(response, exchange.repeated());
      } catch (WrongConnectorException | RefusedAddress e) {
        throw e;
      } catch (IOException e) {
        return isDown(url, e, exchange)
            ? new ActionReply.Down(CallFailures.downReason(target.get(), e))
            : new ActionReply.Failed("connector_connection", CallFailures.reason(e, exchange));
      }
    } catch (WrongConnectorException e) {
      return new ActionReply.Failed("connector_identity", e.reason());
    } catch (RefusedAddress e) {
      return new ActionReply.Failed(
          "connector_client", "the connector is not called: " + e.getMessage());
    }
  }

  private static ActionReply acted(ClassicHttpResponse response, boolean repeated)
      throws IOException {
    byte[] body = body(response);
    int code = response.getCode();
    if (code / 100 != 2) {
      return new ActionReply.Failed(
          code >= 500 ? "connector_server" : "connector_client", "HTTP " + code);
    }
    try {
      return new ActionReply.Answered(ItemActionStatus.read(Json.parse(body)), repeated);
    } catch (InvalidInput e) {
      return new ActionReply.Failed(
          "connector_server", "Invalid response from item_action endpoint");
    }
  }

  /**
   * Makes a small call to a registered connector, see {@link #call(String, ConnectorRequest)}.
   *
   * @throws WrongConnectorException when another connector answers at its address
   * @throws IOException when the connector does not answer in time
   */
  public Answer call(ConnectorInstance connector, ConnectorRequest request) throws IOException {
    identities.check(connector.url(), connector.uuid());
    Answer answer = call(connector.url(), request);
    ConnectorIdentityCheck.checkAnswer(connector.url(), connector.uuid(), answer.uuid());
    return answer;
  }

  /**
   * Makes a small call for the API and returns status and body unchanged.
   *
   * @throws IOException when the URL is unusable, the connector does not answer in time, or the
   *     answer is larger than 1 MiB
   */
  public Answer call(String url, ConnectorRequest request) throws IOException {
    Target target =
        Target.parse(url)
            .orElseThrow(() -> new UnknownHostException("unusable URL " + Printable.of(url)))
            .child(request.path());
    ClassicRequestBuilder built =
        target
            .request(request.method(), request.query())
            .setHeader("Content-Type", "application/json");
    if (request.body() != null) {
      built.setEntity(new ByteArrayEntity(Json.bytes(request.body()), JSON));
    }
    try (Exchange exchange = new Exchange(times.silence()).repeatable()) {
      exchange.begin();
      try (ClassicHttpResponse response =
          client.executeOpen(target.httpHost(), built.build(), exchange.context())) {
        return new Answer(response.getCode(), body(response), uuidOf(response));
      } catch (IOException e) {
        throw exchange.isCut()
            ? new SocketTimeoutException("the connector did not answer in time")
            : e;
      }
    }
  }

  private Answer readiness(String url) throws IOException {
    return call(url, ConnectorRequest.get(Routes.READYZ));
  }

  private static byte[] body(ClassicHttpResponse response) throws IOException {
    return response.getEntity() == null
        ? new byte[0]
        : Bodies.read(response.getEntity().getContent(), MAX_ANSWER_BYTES);
  }

  private static @Nullable String uuid(ScanRequest request) {
    return request.connector() == null ? null : request.connector().uuid();
  }

  /** The uuid that an answer reports; null when it reports none. */
  static @Nullable String uuidOf(ClassicHttpResponse response) {
    Header uuid = response.getFirstHeader(Routes.CONNECTOR_UUID);
    return uuid == null ? null : uuid.getValue().strip();
  }

  /** The kind of failure, with the name that the original reports to REST clients. */
  public static String kind(IOException e) {
    return CallFailures.kind(e);
  }

  /**
   * An answer, unchanged.
   *
   * @param body at most 1 MiB
   * @param uuid of the connector that answered; null when it does not report one
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(int status, byte[] body, @Nullable String uuid) {}

  /** Whether the connector's health check answers 2xx. Blocks for at most {@code silence}. */
  public boolean answers(String url) {
    try {
      return call(url, ConnectorRequest.get(Routes.HEALTHZ)).status() / 100 == 2;
    } catch (IOException e) {
      return false;
    }
  }

  private static ClassicHttpRequest json(String method, Target target, ScanRequest request) {
    ClassicRequestBuilder built = target.request(method, "");
    String uuid = uuid(request);
    if (uuid != null && HEADER_VALUE.matcher(uuid).matches()) {
      built.setHeader(Routes.CONNECTOR_UUID, uuid);
    }
    return built.setEntity(new ByteArrayEntity(Json.bytes(request), JSON)).build();
  }

  /**
   * Whether no connection could be made, or a proxy that accepts connections for an unavailable
   * connector closed this one before an answer.
   */
  private boolean isDown(String url, IOException e, Exchange exchange) {
    return CallFailures.isDown(e)
        || (!exchange.isCut() && CallFailures.isClosed(e) && !answers(url));
  }

  /** Closes the connection without reading the rest of the answer. */
  static void cut(ClassicHttpResponse response) {
    if (response instanceof ModalCloseable modal) {
      modal.close(CloseMode.IMMEDIATE);
    } else {
      try {
        response.close();
      } catch (IOException e) {
        log.debug("closing an unused connection failed: {}", e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    client.close(CloseMode.GRACEFUL);
  }
}
