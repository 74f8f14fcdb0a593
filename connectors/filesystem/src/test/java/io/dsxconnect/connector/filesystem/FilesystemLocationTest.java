package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Json;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A location may name any file of the asset, and nothing else. */
class FilesystemLocationTest extends FilesystemFixture {
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

  /** The bug: opening the FIFO as a folder blocked until a process wrote to it. */
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
}
