package io.dsxconnect.core.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.http.Bodies;
import io.dsxconnect.http.ClientTls;
import io.dsxconnect.http.Outbound;
import io.dsxconnect.http.RefusedAddress;
import io.dsxconnect.http.Target;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.io.ModalCloseable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls connectors: read a file, act on it, start a scan. Thread-safe. */
public final class ConnectorClient implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConnectorClient.class);
  private static final int ANSWER = 1 << 20;

  /** Without a charset, as the original sends it. */
  private static final ContentType JSON = ContentType.create("application/json");

  private final CloseableHttpClient client;

  /** With the JDK's authorities. */
  public ConnectorClient(Duration timeout) {
    this(timeout, ClientTls.USUAL);
  }

  /**
   * @param timeout without a byte, {@code DSXCONNECT_CONNECTORS__CLIENT_TIMEOUT_SECONDS}
   * @param tls how connectors prove who they are
   */
  public ConnectorClient(Duration timeout, ClientTls tls) {
    this.client = Outbound.client(Duration.ofSeconds(3), timeout, 512, tls);
  }

  /** What became of asking for a file. */
  public sealed interface Read {
    /**
     * The file's bytes.
     *
     * @param length as announced; -1 when unknown
     */
    record Content(InputStream stream, long length) implements Read {

      /** Cuts the connection without reading further. */
      public void discard() {
        try {
          stream.close();
        } catch (IOException e) {
          log.debug("a connection that is not wanted any more broke: {}", e.getMessage());
        }
      }
    }

    /** The connector says that the file is not there or may not be read. */
    record Unreadable(String reason) implements Read {}

    /** The file changed while the connector read it; it may be at rest later. */
    record Changed(String reason) implements Read {}

    /** Nobody answers at the connector's address. */
    record Down(String reason) implements Read {}

    /** An error that may pass. */
    record Failed(String tag, String reason) implements Read {}
  }

  /** What became of asking for an action. */
  public sealed interface Acted {
    record Answered(ItemActionStatus status) implements Acted {}

    record Down(String reason) implements Acted {}

    record Failed(String tag, String reason) implements Acted {}
  }

  /**
   * Opens a file. The caller closes the stream: at its end the connection is used again, before it
   * is cut.
   */
  public Read read(String url, ScanRequest request) {
    Optional<Target> target = Target.parse(url);
    if (target.isEmpty()) {
      return new Read.Unreadable("the connector's URL is not usable: " + Printable.of(url));
    }
    Target readFile = target.get().child(Routes.READ_FILE);
    ClassicHttpResponse response;
    try {
      response = client.executeOpen(readFile.httpHost(), json("POST", readFile, request), null);
    } catch (RefusedAddress e) {
      return new Read.Unreadable("the connector is not called: " + e.getMessage());
    } catch (IOException e) {
      return isDown(e)
          ? new Read.Down(silence(target.get(), e))
          : new Read.Failed("connector_connection", reason(e));
    }
    try {
      return new FileAnswer(response).read(request.location());
    } catch (IOException e) {
      cut(response);
      return new Read.Failed("connector_connection", reason(e));
    }
  }

  /** Has the connector act on a file. */
  public Acted act(String url, ScanRequest request) {
    Optional<Target> target = Target.parse(url);
    if (target.isEmpty()) {
      return new Acted.Failed(
          "connector_client", "the connector's URL is not usable: " + Printable.of(url));
    }
    Target itemAction = target.get().child(Routes.ITEM_ACTION);
    try {
      return client.execute(
          itemAction.httpHost(),
          json("PUT", itemAction, request),
          response -> {
            byte[] body =
                response.getEntity() == null
                    ? new byte[0]
                    : Bodies.read(response.getEntity().getContent(), ANSWER);
            int code = response.getCode();
            if (code / 100 != 2) {
              return new Acted.Failed(
                  code >= 500 ? "connector_server" : "connector_client", "HTTP " + code);
            }
            try {
              return new Acted.Answered(ItemActionStatus.read(Json.parse(body)));
            } catch (InvalidInput e) {
              return new Acted.Failed(
                  "connector_server", "Invalid response from item_action endpoint");
            }
          });
    } catch (RefusedAddress e) {
      return new Acted.Failed("connector_client", "the connector is not called: " + e.getMessage());
    } catch (IOException e) {
      return isDown(e)
          ? new Acted.Down(silence(target.get(), e))
          : new Acted.Failed("connector_connection", reason(e));
    }
  }

  /**
   * A small call for the API: status and body as they come.
   *
   * @param query raw, may be empty
   * @param body null for none
   * @throws IOException when the connector does not answer in time
   */
  public Answer call(String url, String method, String path, String query, @Nullable JsonNode body)
      throws IOException {
    Target target =
        Target.parse(url)
            .orElseThrow(() -> new UnknownHostException("unusable URL " + Printable.of(url)))
            .child(path);
    ClassicRequestBuilder request =
        target.request(method, query).setHeader("Content-Type", "application/json");
    if (body != null) {
      request.setEntity(new ByteArrayEntity(Json.bytes(body), JSON));
    }
    return client.execute(
        target.httpHost(),
        request.build(),
        response ->
            new Answer(
                response.getCode(),
                response.getEntity() == null
                    ? new byte[0]
                    : Bodies.read(response.getEntity().getContent(), ANSWER)));
  }

  /** What kind of failure it is, in the words that clients of the original know. */
  public static String kind(IOException e) {
    return isDown(e)
        ? "ConnectError"
        : e instanceof java.io.InterruptedIOException ? "ReadTimeout" : "ReadError";
  }

  /** An answer as it came. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(int status, byte[] body) {}

  /** Whether anything answers at this connector's health check. */
  public boolean answers(String url) {
    try {
      return call(url, "GET", Routes.HEALTHZ, "", null).status() < 500;
    } catch (IOException e) {
      return false;
    }
  }

  private static ClassicHttpRequest json(String method, Target target, ScanRequest request) {
    return target
        .request(method, "")
        .setEntity(new ByteArrayEntity(Json.bytes(request), JSON))
        .build();
  }

  private static boolean isDown(IOException e) {
    return e instanceof ConnectException
        || e instanceof UnknownHostException
        || e instanceof ConnectTimeoutException
        || e instanceof java.net.NoRouteToHostException;
  }

  private static String silence(Target connector, IOException e) {
    return "connector "
        + connector
        + " does not answer: "
        + Printable.of(String.valueOf(e.getMessage()));
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName().toLowerCase(Locale.ROOT).contains("timeout")
        ? "the connector fell silent"
        : "the connection to the connector broke: " + Printable.of(String.valueOf(message));
  }

  static void cut(ClassicHttpResponse response) {
    if (response instanceof ModalCloseable modal) {
      modal.close(CloseMode.IMMEDIATE);
    } else {
      try {
        response.close();
      } catch (IOException e) {
        log.debug("a connection that is not wanted any more broke: {}", e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    client.close(CloseMode.GRACEFUL);
  }
}
