package io.dsxconnect.connector;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.testing.Http;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Starts real connectors with a fake core. */
abstract class ConnectorFixture {
  static final Timing QUICK =
      new Timing(Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofMillis(300));

  @TempDir Path data;
  final FakeCore core = FakeCore.stopped();
  final Map<String, String> env = new HashMap<>();
  private final java.util.List<Connector> started = new java.util.ArrayList<>();

  Connector start(Repository repository) {
    return start(repository, QUICK);
  }

  Connector start(Repository repository, Timing timing) {
    env.put("DSXCONNECTOR_DSX_CONNECT_URL", core.target().toString());
    Settings settings = new Settings(env);
    ConnectorSettings connectorSettings = ConnectorSettings.from(settings, "memory", data);
    try {
      settings.check();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    Connector connector =
        Connector.builder(connectorSettings, repository, () -> UUID.randomUUID().toString())
            .version("1.2.3")
            .enrolment("token")
            .timing(timing)
            .start();
    closeAfterwards(connector);
    return connector;
  }

  void closeAfterwards(Connector connector) {
    started.add(connector);
  }

  void fullScan(Connector connector, String query) throws IOException {
    Http.Reply reply = Http.call("POST", connector.url() + "/full_scan?" + query, "");
    if (reply.status() != 200) {
      throw new AssertionError("HTTP " + reply.status() + " " + reply.json());
    }
  }

  /**
   * Waits for the report of the end of the job's listing, and returns it. A closing core may accept
   * a connection and never answer it; the connector gives it up after 20 seconds.
   */
  JsonNode endOf(String job) {
    await().atMost(Duration.ofSeconds(60)).until(() -> ends(job) > 0);
    synchronized (core.ends) {
      return core.ends.stream()
          .filter(end -> end.path("job").asText().equals(job))
          .findFirst()
          .orElseThrow()
          .path("listed");
    }
  }

  long ends(String job) {
    synchronized (core.ends) {
      return core.ends.stream().filter(end -> end.path("job").asText().equals(job)).count();
    }
  }

  @AfterEach
  void close() {
    started.forEach(Connector::close);
    core.close();
  }
}
