package io.dsxconnect.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An independent HTTP client, that of the JDK. */
public final class Http {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private Http() {}

  /** A response, unchanged. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Reply(int status, String type, long length, byte[] bytes) {
    public JsonNode json() {
      try {
        return MAPPER.readTree(bytes);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + new String(bytes, StandardCharsets.UTF_8), e);
      }
    }
  }

  public static Reply get(String url) throws IOException {
    return call("GET", url, "");
  }

  public static Reply call(String method, String url, String body) throws IOException {
    try {
      HttpResponse<byte[]> response =
          CLIENT.send(
              HttpRequest.newBuilder(URI.create(url))
                  .timeout(Duration.ofSeconds(30))
                  .header("Content-Type", "application/json")
                  .method(method, HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return new Reply(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse(""),
          response.headers().firstValueAsLong("Content-Length").orElse(-1),
          response.body());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
