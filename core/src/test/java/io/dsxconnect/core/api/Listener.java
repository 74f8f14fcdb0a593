package io.dsxconnect.core.api;

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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A client of server-sent events that stores what it receives. */
final class Listener implements AutoCloseable {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final InputStream stream;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private volatile String lastRetry = "";
  private volatile boolean ended;

  /**
   * A received event.
   *
   * @param id empty when it has none
   */
  record Event(String id, String data) {}

  /** Listens from now on, or after an event; returns once it is connected. */
  Listener(RunningApi api, String path, @Nullable String lastId) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(api.url() + Routes.API + path));
    if (lastId != null) {
      request.header("Last-Event-ID", lastId);
    }
    HttpResponse<InputStream> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      throw new IOException("HTTP " + answer.statusCode());
    }
    stream = answer.body();
    Thread.startVirtualThread(this::read);
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !events.isEmpty());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      String id = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          id = line.substring(4);
        } else if (line.startsWith("data: ")) {
          events.add(new Event(id, line.substring(6)));
          id = "";
        } else if (line.startsWith("retry: ")) {
          lastRetry = line.substring(7);
        }
      }
      ended = true;
    } catch (IOException e) {
      // One side closed the connection.
    }
  }

  /** All received frames, including the first. */
  List<String> data() {
    return events.stream().map(Event::data).toList();
  }

  /** The received events that have an id. */
  List<Event> events() {
    return events.stream().filter(event -> !event.id().isEmpty()).toList();
  }

  List<String> received() {
    return new ArrayList<>(events().stream().map(Event::data).toList());
  }

  /** Waits until the server ends the stream; returns its last retry hint in milliseconds. */
  String farewell() {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> ended);
    return lastRetry;
  }

  void await(int count) {
    Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> events().size() >= count);
  }

  /** Closes the connection at once, also within an event. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
