package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A client of the live feed. Many share an HTTP client. */
final class LiveListener implements AutoCloseable {
  private final InputStream stream;
  private final Thread reader;
  private final List<JsonNode> messages = new CopyOnWriteArrayList<>();
  private final Map<String, Long> outcomes = new TreeMap<>();
  private volatile String lastId;
  private volatile long events;
  private volatile String lastRetry = "";
  private volatile boolean ended;

  /**
   * Returns once the first message is there.
   *
   * @param last the id to continue from; null begins now
   */
  LiveListener(HttpClient client, String url, @Nullable String last) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + Routes.API + Routes.SUBSCRIBE_LIVE))
            .version(HttpClient.Version.HTTP_1_1);
    if (last != null) {
      request.header("Last-Event-ID", last);
    }
    lastId = last == null ? "" : last;
    HttpResponse<InputStream> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new IOException("HTTP " + answer.statusCode());
    }
    stream = answer.body();
    reader = Thread.startVirtualThread(this::read);
    await("hello", 1);
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      String id = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("retry: ")) {
          lastRetry = line.substring(7);
        } else if (line.startsWith("data: ")) {
          add(id, Json.parse(line.substring(6).getBytes(StandardCharsets.UTF_8)));
          id = "";
        }
      }
      ended = true;
    } catch (IOException e) {
      // One side closed the connection.
      ended = true;
    } catch (InvalidInput e) {
      throw new AssertionError("a message is not JSON", e);
    }
  }

  private synchronized void add(String id, JsonNode message) {
    if (!id.isEmpty()) {
      lastId = id;
    }
    message
        .path("outcomes")
        .properties()
        .forEach(e -> outcomes.merge(e.getKey(), e.getValue().asLong(), Long::sum));
    events += message.path("events").asLong();
    messages.add(message);
  }

  /** Files by outcome, of all pulses. */
  synchronized Map<String, Long> outcomes() {
    return new TreeMap<>(outcomes);
  }

  long events() {
    return events;
  }

  /** The id of the last message that has one; of a reconnect the one that it began with. */
  synchronized String lastId() {
    return lastId;
  }

  List<JsonNode> of(String type) {
    return messages.stream().filter(m -> m.path("type").asText().equals(type)).toList();
  }

  /** Waits for this many messages of a type. */
  void await(String type, int count) {
    Awaitility.await(type)
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> of(type).size() >= count);
  }

  /** Waits until the pulses have this many events. */
  void awaitEvents(long count) {
    Awaitility.await("events of " + count)
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> events >= count);
  }

  boolean ended() {
    return ended;
  }

  /** Waits until the server ends the stream; returns its last retry hint in milliseconds. */
  String farewell() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> ended);
    return lastRetry;
  }

  /** Afterwards no message is added any more, so that position and counts agree. */
  @Override
  public void close() throws IOException {
    stream.close();
    try {
      if (!reader.join(Duration.ofSeconds(20))) {
        throw new AssertionError("the reader of the stream does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
