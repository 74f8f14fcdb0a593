package io.dsxconnect.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The server-sent events received so far. Thread-safe. */
final class Events implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> received = new CopyOnWriteArrayList<>();
  private final Thread reader;

  Events(HttpClient client, String url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url)).header("Accept", "text/event-stream").build();
    reader =
        Thread.ofVirtual()
            .start(
                () ->
                    client
                        .sendAsync(request, HttpResponse.BodyHandlers.ofLines())
                        .thenAccept(response -> response.body().forEach(this::line))
                        .exceptionally(lost -> null)
                        .join());
  }

  private void line(String line) {
    if (line.startsWith("data:")) {
      try {
        received.add(JSON.readTree(line.substring("data:".length())));
      } catch (JsonProcessingException e) {
        throw new AssertionError("an event is not JSON: " + line, e);
      }
    }
  }

  List<JsonNode> all() {
    return List.copyOf(received);
  }

  /** The events of files, without those of jobs. */
  List<Result> results() {
    return received.stream()
        .map(event -> event.path("scan_result"))
        .filter(result -> result.has("scan_request_task_id"))
        .map(Result::of)
        .toList();
  }

  @Override
  public void close() {
    reader.interrupt();
  }
}
