package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Malicious files are moved or deleted: once, only the scanned one, and only within bounds. */
class FilesystemActionTest extends FilesystemFixture {
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
  void bug_movetag_left_the_malicious_file_in_place() throws Exception {
    for (String tag : List.of("movetag", "move_tag")) {
      Path file = file("f", 10);
      JsonNode outcome =
          act(
              file.toString(),
              Map.of(
                  "requested_action", Map.of("type", tag, "tags", Map.of("Verdict", "Malicious"))));
      assertThat(outcome.path("status").asText()).isEqualTo("success");
      assertThat(outcome.path("item_action").asText()).isEqualTo("movetag");
      assertThat(outcome.path("message").asText()).isEqualTo("File moved and tagged");
      assertThat(file).doesNotExist();
      String moved = outcome.path("description").asText();
      Path note = Path.of(moved.substring("moved to ".length(), moved.indexOf(';')) + ".json");
      assertThat(Json.parse(Files.readAllBytes(note)).path("tags").path("Verdict").asText())
          .isEqualTo("Malicious");
    }
  }

  @Test
  void files_can_be_deleted_but_not_only_tagged() throws Exception {
    Path file = file("f", 10);
    JsonNode outcome = act(file.toString(), Map.of("requested_action", Map.of("type", "tag")));
    assertThat(outcome.path("status").asText()).isEqualTo("error");
    assertThat(outcome.path("message").asText()).contains("leave the file in place");
    assertThat(outcome.path("item_action").asText()).isEqualTo("not implemented");
    assertThat(file).exists();
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
      JsonNode outcome =
          act(
              file.toString(),
              Map.of("requested_action", Map.of("type", "move", "destination", destination)));
      assertThat(outcome.path("status").asText()).as(destination.toString()).isEqualTo("error");
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

  @Test
  void bug_an_action_that_failed_for_a_moment_was_never_tried_again() {
    IOException busy = new FileSystemException("/f", null, "Device or resource busy");
    assertThat(FileActions.failed(busy, ItemAction.DELETE).retryable()).isTrue();
    IOException denied = new AccessDeniedException("/f");
    assertThat(FileActions.failed(denied, ItemAction.DELETE).retryable()).isNull();
    IOException immutable = new FileSystemException("/f", null, "Operation not permitted");
    assertThat(FileActions.failed(immutable, ItemAction.DELETE).retryable()).isNull();
  }
}
