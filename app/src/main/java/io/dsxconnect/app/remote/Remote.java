package io.dsxconnect.app.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.tls.ClientTls;
import io.dsxconnect.http.tls.SettingNames;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Options for calling an API, and the calls. Every call opens a connection and blocks; it fails
 * when it cannot connect within 5 seconds or receives no byte for 60 seconds. A refusal ends the
 * command with its reason in one line and exit code 2. Confined to one thread.
 */
final class Remote {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);
  private static final Set<Integer> UNAVAILABLE = Set.of(502, 503, 504);
  private static final int MAX_BODY_BYTES = 256 << 20;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "${env:DSX_URL:-http://127.0.0.1:8586}",
      description = "URL of the API; default: DSX_URL, else http://127.0.0.1:8586")
  String url = "";

  @Option(names = "--json", description = "Print JSON instead of a table")
  boolean json;

  @Option(
      names = "--ca-bundle",
      paramLabel = "FILE",
      defaultValue = "${env:DSX_CA_BUNDLE}",
      description =
          "PEM file with the authorities that signed the certificate of an https API; default:"
              + " DSX_CA_BUNDLE")
  @Nullable Path bundle;

  @Option(
      names = "--insecure",
      description = "Skip verification of the API's certificate. For tests only")
  boolean insecure;

  /** A response and the value of one header; empty when the response has none. */
  record Answer(JsonNode body, String header) {}

  /** The API, or a service that it needs, is unavailable; a later call may succeed. */
  static final class NoAnswer extends StartFailure {
    private static final long serialVersionUID = 1;

    NoAnswer(String message) {
      super(message);
    }

    NoAnswer(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private interface ResponseReader<T> {
    T read(ClassicHttpResponse response) throws IOException;
  }

  /**
   * @param query names and values in alternation; a null value omits the name
   */
  JsonNode get(String path, @Nullable Object... query) {
    return call("GET", path, query, response -> json(response.getEntity().getContent()));
  }

  JsonNode post(String path, @Nullable Object... query) {
    return postFor("", path, query).body();
  }

  /**
   * @param header to return with the response; empty for none
   */
  Answer postFor(String header, String path, @Nullable Object... query) {
    return answer("POST", header, path, query);
  }

  /**
   * @param header to return with the response
   */
  Answer getFor(String header, String path, @Nullable Object... query) {
    return answer("GET", header, path, query);
  }

  private Answer answer(String method, String header, String path, @Nullable Object[] query) {
    return call(
        method,
        path,
        query,
        response -> {
          var found = header.isEmpty() ? null : response.getFirstHeader(header);
          return new Answer(
              json(response.getEntity().getContent()), found == null ? "" : found.getValue());
        });
  }

  JsonNode delete(String path) {
    return call("DELETE", path, new Object[0], response -> json(response.getEntity().getContent()));
  }

  /** Streams a response to {@code out}; returns one of its headers, empty when it has none. */
  String download(OutputStream out, String header, String path, @Nullable Object... query) {
    return call(
        "GET",
        path,
        query,
        response -> {
          response.getEntity().getContent().transferTo(out);
          var found = response.getFirstHeader(header);
          return found == null ? "" : found.getValue();
        });
  }

  private <T> T call(
      String method, String path, @Nullable Object[] query, ResponseReader<T> reader) {
    Target target =
        Target.parse(url)
            .orElseThrow(
                () ->
                    new StartFailure(
                        "--url must be http(s)://host[:port], not " + Printable.of(url)))
            .child(Routes.API + path);
    try (CloseableHttpClient client = HttpClients.client(CONNECT_TIMEOUT, READ_TIMEOUT, 1, tls())) {
      return client.execute(
          target.httpHost(),
          target.request(method, query(query)).build(),
          response -> {
            if (UNAVAILABLE.contains(response.getCode())) {
              throw new NoAnswer(refusal(response));
            }
            if (response.getCode() >= 300) {
              throw new StartFailure(refusal(response));
            }
            return reader.read(response);
          });
    } catch (IOException e) {
      throw new NoAnswer(
          "no response from "
              + url
              + " ("
              + e.getMessage()
              + "); is the API running, and is --url right?",
          e);
    }
  }

  private ClientSettings tls() {
    return ClientSettings.direct(
        ClientTls.of(new SettingNames("--ca-bundle", "a certificate"), !insecure, bundle));
  }

  private static JsonNode json(InputStream in) throws IOException {
    try {
      return Json.parseOwn(Bodies.read(in, MAX_BODY_BYTES));
    } catch (InvalidInput e) {
      throw new IOException("the response is not JSON", e);
    }
  }

  /** The reason in a response that is an error, in one line. */
  private static String refusal(ClassicHttpResponse response) throws IOException {
    String body =
        response.getEntity() == null
            ? ""
            : new String(
                Bodies.read(response.getEntity().getContent(), 64 * 1024), StandardCharsets.UTF_8);
    String reason = body;
    try {
      JsonNode detail = Json.parseOwn(body.getBytes(StandardCharsets.UTF_8)).path("detail");
      reason =
          detail.isTextual()
              ? detail.asText()
              : detail.path(0).path("msg").isTextual()
                  ? detail.path(0).path("loc") + ": " + detail.path(0).path("msg").asText()
                  : body;
    } catch (InvalidInput e) {
      // Not JSON: the body itself is the reason.
      reason = body;
    }
    return "the API refused (" + response.getCode() + "): " + Printable.of(reason);
  }

  private static String query(@Nullable Object[] namesAndValues) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      if (value != null) {
        pairs.add(namesAndValues[i] + "=" + encoded(value.toString()));
      }
    }
    return String.join("&", pairs);
  }

  /** Prints JSON. On a terminal, control characters are escaped. */
  static void print(JsonNode answer) {
    String text = answer.toString();
    System.out.println(isTerminal() ? Printable.document(text) : text);
  }

  /** Standard output. On a terminal, control characters are escaped. */
  static OutputStream terminal() {
    return isTerminal() ? new TerminalText(System.out) : System.out;
  }

  @SuppressWarnings("SystemConsoleNull") // null where there is no terminal, on some JDKs
  private static boolean isTerminal() {
    return System.console() != null && System.console().isTerminal();
  }

  /** Percent-encodes a value of a query or a segment of a path. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
