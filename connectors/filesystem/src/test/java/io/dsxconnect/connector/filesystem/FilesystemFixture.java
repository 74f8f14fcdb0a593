package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.connector.Connector;
import io.dsxconnect.connector.ConnectorSettings;
import io.dsxconnect.contract.Json;
import io.dsxconnect.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Calls the connector over HTTP, as the core does, with real files. */
abstract class FilesystemFixture {
  static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path temp;
  Path asset;
  Connector connector;

  @BeforeEach
  void start() throws Exception {
    asset = Files.createDirectory(temp.resolve("asset"));
    connector = connect();
  }

  Connector connect() throws Exception {
    Settings env =
        new Settings(
            Map.of(
                "DSXCONNECTOR_REGISTER_WITH_CORE",
                "false",
                "DSXCONNECTOR_ITEM_ACTION",
                "move",
                "DSXCONNECTOR_ALLOWED_ACTIONS",
                "delete,tag,movetag"));
    ConnectorSettings settings =
        ConnectorSettings.from(env, "filesystem-connector", temp.resolve("data"));
    env.check();
    FilesystemRepository repository =
        new FilesystemRepository(
            new FilesystemRepository.Place(
                asset, Path.of(settings.actionTarget()), temp.resolve("data"), path -> false),
            InstantSource.system(),
            () -> UUID.randomUUID().toString());
    return Connector.builder(settings, repository, () -> UUID.randomUUID().toString()).start();
  }

  @AfterEach
  void close() {
    connector.close();
  }

  <T> HttpResponse<T> call(
      String method,
      String route,
      String location,
      Map<String, Object> more,
      HttpResponse.BodyHandler<T> handler)
      throws IOException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("location", location);
    body.put("metainfo", "x");
    body.putAll(more);
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(connector.url() + route))
              .timeout(Duration.ofSeconds(30))
              .header("Content-Type", "application/json")
              .method(method, HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
              .build(),
          handler);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  HttpResponse<byte[]> read(String location) throws IOException {
    return call("POST", "/read_file", location, Map.of(), HttpResponse.BodyHandlers.ofByteArray());
  }

  JsonNode act(String location, Map<String, Object> more) throws Exception {
    HttpResponse<byte[]> response =
        call("PUT", "/item_action", location, more, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(response.statusCode()).isEqualTo(200);
    return Json.parse(response.body());
  }

  List<String> listed() throws Exception {
    JsonNode check =
        Json.parse(
            HTTP.send(
                    HttpRequest.newBuilder(URI.create(connector.url() + "/repo_check?preview=100"))
                        .build(),
                    HttpResponse.BodyHandlers.ofByteArray())
                .body());
    return check.path("preview").valueStream().map(JsonNode::asText).toList();
  }

  Path file(String name, int size) throws IOException {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return Files.write(asset.resolve(name), content);
  }
}
