package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.connector.Connector;
import io.dsxconnect.connector.ConnectorSettings;
import io.dsxconnect.contract.Json;
import io.dsxconnect.settings.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The connector as the core sees it: over HTTP, on real files. */
class FilesystemConnectorTest {
  /** More than sockets and buffers on the way can hold, so that the connector cannot be ahead. */
  static final int LARGE = 24 << 20;

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
            Map.of("DSXCONNECTOR_REGISTER_WITH_CORE", "false", "DSXCONNECTOR_ITEM_ACTION", "move"));
    ConnectorSettings settings =
        ConnectorSettings.from(env, "filesystem-connector", temp.resolve("data"));
    env.check();
    FilesystemRepository repository =
        new FilesystemRepository(
            asset,
            Path.of(settings.actionTarget()),
            InstantSource.system(),
            () -> UUID.randomUUID().toString());
    return Connector.start(
        settings, repository, "127.0.0.1", 0, "1", null, () -> UUID.randomUUID().toString());
  }

  @AfterEach
  void close() {
    connector.close();
  }

  private <T> HttpResponse<T> call(
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

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 131_072, 131_073, 3_000_000})
  void a_file_is_read_whole(int size) throws Exception {
    Path file = file("f", size);
    HttpResponse<byte[]> response = read(file.toString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(size);
    assertThat(response.body()).isEqualTo(Files.readAllBytes(file));
  }

  /** What may happen to a file while it is read. */
  enum Change {
    GROWS {
      @Override
      void make(Path file) throws IOException {
        Files.writeString(file, "more", StandardOpenOption.APPEND);
      }
    },
    SHRINKS {
      @Override
      void make(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
          channel.truncate(LARGE / 2);
        }
      }
    },
    IS_WRITTEN_TO {
      @Override
      void make(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
          channel.write(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }
      }
    },
    IS_WRITTEN_TO_AND_BACKDATED {
      @Override
      void make(Path file) throws IOException {
        var before = Files.getLastModifiedTime(file);
        IS_WRITTEN_TO.make(file);
        Files.setLastModifiedTime(file, before);
      }
    },
    IS_REPLACED {
      @Override
      void make(Path file) throws IOException {
        Path other =
            Files.copy(file, file.resolveSibling("other"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      }
    },
    IS_DELETED {
      @Override
      void make(Path file) throws IOException {
        Files.delete(file);
      }
    };

    abstract void make(Path file) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void a_large_file_that_changes_while_it_is_read_never_comes_whole(Change change)
      throws Exception {
    Path file = file("f", LARGE);
    HttpResponse<InputStream> response =
        call(
            "POST",
            "/read_file",
            file.toString(),
            Map.of(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    try (InputStream in = response.body()) {
      assertThat(in.readNBytes(100_000)).hasSize(100_000);
      change.make(file);
      assertThatThrownBy(() -> in.transferTo(java.io.OutputStream.nullOutputStream()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void any_name_survives_listing_reading_and_moving() throws Exception {
    List<Path> paths = new ArrayList<>();
    for (String name :
        List.of(
            "new\nline",
            "quote\"'",
            "100%",
            "%2e%2e",
            "-rf",
            " ",
            "é",
            "e\u0301",
            "\u202egnp",
            "back\\slash",
            "file:",
            "𝒜")) {
      paths.add(asset.resolve(name));
    }
    paths.add(Path.of(URI.create(asset.toUri() + "bad-%FF%FE%0A")));
    for (Path path : paths) {
      Files.writeString(path, "content of " + path.toUri());
    }
    List<String> locations = listed();
    assertThat(locations)
        .containsExactlyInAnyOrderElementsOf(paths.stream().map(Location::of).toList());
    for (Path path : paths) {
      assertThat(read(Location.of(path)).body()).asString().isEqualTo("content of " + path.toUri());
      assertThat(act(Location.of(path), Map.of()).path("message").asText()).isEqualTo("File moved");
      assertThat(path).doesNotExist();
    }
    assertThat(listed()).isEmpty();
    try (var moved = Files.list(asset.resolve("dsxconnect-quarantine"))) {
      assertThat(moved).hasSize(2 * paths.size());
    }
  }

  @Test
  void nothing_outside_the_asset_is_read_or_touched() throws Exception {
    Path secret = Files.writeString(temp.resolve("secret"), "secret");
    Files.createSymbolicLink(asset.resolve("link"), secret);
    Files.createSymbolicLink(asset.resolve("folder"), temp);
    for (String location :
        List.of(
            secret.toString(),
            asset + "/link",
            asset + "/folder/secret",
            asset + "/../secret",
            asset + "/./../secret",
            secret.toUri().toString(),
            "file://" + asset + "/%2e%2e/secret",
            "/etc/passwd",
            "secret",
            "../secret",
            asset.toString(),
            "/",
            "",
            asset + "/\u0000")) {
      HttpResponse<byte[]> response = read(location);
      assertThat(response.statusCode()).as(location).isEqualTo(403);
      assertThat(Json.parse(response.body()).path("status").asText()).isEqualTo("error");
      assertThat(act(location, Map.of()).path("status").asText()).as(location).isEqualTo("error");
      assertThat(
              act(location, Map.of("requested_action", Map.of("type", "delete")))
                  .path("status")
                  .asText())
          .isEqualTo("error");
    }
    assertThat(secret).hasContent("secret");
    assertThat(listed()).isEmpty();
  }

  @Test
  void a_fifo_and_a_folder_are_refused_and_do_not_hang() throws Exception {
    new ProcessBuilder("mkfifo", asset.resolve("pipe").toString()).start().waitFor();
    Files.createDirectory(asset.resolve("folder"));
    for (String name : List.of("pipe", "folder")) {
      assertThat(read(asset + "/" + name).statusCode()).isEqualTo(403);
      assertThat(act(asset + "/" + name, Map.of()).path("status").asText()).isEqualTo("error");
      assertThat(asset.resolve(name)).exists();
    }
  }

  /** The bug: opening the FIFO as a folder waited for ever for somebody to write to it. */
  @Test
  void a_fifo_in_the_place_of_a_folder_does_not_hang() throws Exception {
    new ProcessBuilder("mkfifo", asset.resolve("pipe").toString()).start().waitFor();
    assertThat(read(asset + "/pipe/f").statusCode()).isEqualTo(404);
    assertThat(act(asset + "/pipe/f", Map.of()).path("status").asText()).isEqualTo("error");
  }

  @Test
  void a_file_that_is_gone_is_not_found() throws Exception {
    HttpResponse<byte[]> response = read(asset + "/none");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(Json.parse(response.body()).path("message").asText()).isEqualTo("File not found");
    assertThat(read(asset + "/no/such/folder").statusCode()).isEqualTo(404);
    assertThat(act(asset + "/none", Map.of()).path("message").asText())
        .isEqualTo("File does not exist");
  }

  @Test
  void a_file_without_permission_is_denied() throws Exception {
    Path file = file("f", 10);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeThat(Files.isReadable(file)).as("this user (root?) may read anything").isFalse();
    assertThat(read(file.toString()).statusCode()).isEqualTo(403);
  }

  @Test
  void a_malicious_file_is_moved_once_however_often_it_is_asked_for() throws Exception {
    Path file = Files.writeString(asset.resolve("evil"), "malware");
    JsonNode first = act(file.toString(), Map.of("action_id", "a1"));
    assertThat(first.path("message").asText()).isEqualTo("File moved");
    Files.writeString(file, "a new file");
    assertThat(act(file.toString(), Map.of("action_id", "a1"))).isEqualTo(first);
    connector.close();
    connector = connect();
    assertThat(act(file.toString(), Map.of("action_id", "a1"))).isEqualTo(first);
    assertThat(file).hasContent("a new file");
  }

  @Test
  void a_file_that_is_not_the_scanned_one_is_left_alone() throws Exception {
    Path file = Files.writeString(asset.resolve("evil"), "malware");
    String sha256 =
        HexFormat.of()
            .formatHex(
                ContainedFile.newSha256().digest("malware".getBytes(StandardCharsets.UTF_8)));
    Files.writeString(file, "clean");
    JsonNode refused = act(file.toString(), Map.of("content_sha256", sha256));
    assertThat(refused.path("status").asText()).isEqualTo("error");
    assertThat(refused.path("message").asText()).contains("changed since it was scanned");
    assertThat(file).hasContent("clean");
    Files.writeString(file, "malware");
    assertThat(
            act(
                    file.toString(),
                    Map.of("content_sha256", sha256.toUpperCase(java.util.Locale.ROOT)))
                .path("status")
                .asText())
        .isEqualTo("success");
  }

  @Test
  void files_can_be_deleted_but_not_tagged() throws Exception {
    Path file = file("f", 10);
    for (String tag : List.of("tag", "movetag", "move_tag")) {
      JsonNode said = act(file.toString(), Map.of("requested_action", Map.of("type", tag)));
      assertThat(said.path("status").asText()).isEqualTo("error");
      assertThat(said.path("item_action").asText()).isEqualTo("not implemented");
      assertThat(file).exists();
    }
    JsonNode nothing = act(file.toString(), Map.of("requested_action", Map.of("type", "nothing")));
    assertThat(nothing.path("status").asText()).isEqualTo("nothing");
    JsonNode deleted = act(file.toString(), Map.of("requested_action", Map.of("type", "delete")));
    assertThat(deleted.path("message").asText()).isEqualTo("File deleted");
    assertThat(file).doesNotExist();
  }

  @Test
  void a_destination_from_a_request_cannot_lead_elsewhere() throws Exception {
    Path file = file("f", 10);
    for (Map<String, String> destination :
        List.of(
            Map.of("path", temp.toString()),
            Map.of("prefix", "../out"),
            Map.of("path", "\u0000"),
            Map.of("filename", "../../evil"),
            Map.of("filename", ".."))) {
      JsonNode said =
          act(
              file.toString(),
              Map.of("requested_action", Map.of("type", "move", "destination", destination)));
      assertThat(said.path("status").asText()).as(destination.toString()).isEqualTo("error");
      assertThat(file).exists();
    }
    JsonNode moved =
        act(
            file.toString(),
            Map.of(
                "requested_action",
                Map.of(
                    "type",
                    "move",
                    "destination",
                    Map.of("path", "dsxconnect-quarantine", "filename", "case 17"))));
    assertThat(moved.path("description").asText())
        .startsWith("moved to " + asset + "/dsxconnect-quarantine/case 17.");
  }
}
