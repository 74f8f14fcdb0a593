package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.testing.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActionsTest extends ConnectorFixture {
  final InMemoryRepository repository = InMemoryRepository.of(10);

  Connector deleting() {
    env.put("DSXCONNECTOR_ITEM_ACTION", "delete");
    return start(repository);
  }

  static JsonNode act(Connector connector, String location, String more) throws IOException {
    Http.Reply reply =
        Http.call(
            "PUT",
            connector.url() + "/item_action",
            "{\"location\":\"" + location + "\",\"metainfo\":\"f\"" + more + "}");
    assertThat(reply.status()).isEqualTo(200);
    return reply.json();
  }

  static JsonNode act(Connector connector, String location, int id) throws IOException {
    return act(connector, location, ",\"action_id\":\"a" + id + "\"");
  }

  Path journal() {
    return data.resolve("actions.ndjson");
  }

  @Test
  void the_configured_action_is_taken_when_none_is_asked_for() throws Exception {
    Connector connector = deleting();
    assertThat(act(connector, "/f00001", ""))
        .hasToString(
            "{\"status\":\"success\",\"message\":\"File deleted\",\"description\":null,"
                + "\"id\":null,\"preview\":null,\"item_action\":\"delete\"}");
    assertThat(act(connector, "/f00002", ",\"requested_action\":null").path("status").asText())
        .isEqualTo("success");
    assertThat(repository.files).hasSize(8);
  }

  @Test
  void an_action_that_is_asked_for_goes_before_the_configured_one() throws Exception {
    env.put("DSXCONNECTOR_ALLOWED_ACTIONS", " TAG");
    Connector connector = deleting();
    JsonNode nothing = act(connector, "/f00001", ",\"requested_action\":{\"type\":\" Nothing\"}");
    assertThat(nothing.path("status").asText()).isEqualTo("nothing");
    assertThat(nothing.path("item_action").asText()).isEqualTo("nothing");
    JsonNode tag = act(connector, "/f00001", ",\"requested_action\":{\"type\":\"tag\"}");
    assertThat(tag.path("status").asText()).isEqualTo("error");
    assertThat(tag.path("item_action").asText()).isEqualTo("not implemented");
    JsonNode odd = act(connector, "/f00001", ",\"requested_action\":{\"type\":\"burn\"}");
    assertThat(odd.path("status").asText()).isEqualTo("error");
    assertThat(repository.files).hasSize(10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "move"})
  void bug_h7_an_action_was_taken_that_the_operator_did_not_configure(String configured)
      throws Exception {
    env.put("DSXCONNECTOR_ITEM_ACTION", configured);
    env.put("DSXCONNECTOR_ALLOWED_ACTIONS", "tag, move_tag");
    Connector connector = start(repository);
    String delete = ",\"action_id\":\"a1\",\"requested_action\":{\"type\":\"delete\"}";
    for (int repeat = 0; repeat < 2; repeat++) {
      JsonNode refused = act(connector, "/f00001", delete);
      assertThat(refused.path("status").asText()).isEqualTo("error");
      assertThat(refused.path("item_action").asText()).isEqualTo("delete");
      assertThat(refused.path("message").asText())
          .isEqualTo("the connector's operator does not allow the action 'delete'");
      assertThat(refused.path("description").asText()).contains("DSXCONNECTOR_ALLOWED_ACTIONS");
      // Not an error that may pass: the core does not repeat it.
      assertThat(refused.has("retryable")).isFalse();
    }
    assertThat(repository.files).hasSize(10);
    assertThat(repository.effects).hasValue(0);
    assertThat(journal()).content().contains("\"a1\"", "does not allow the action 'delete'");
    JsonNode nothing = act(connector, "/f00001", ",\"requested_action\":{\"type\":\"nothing\"}");
    assertThat(nothing.path("status").asText()).isEqualTo("nothing");
  }

  @Test
  void an_action_that_was_refused_is_taken_when_the_operator_allows_it() throws Exception {
    String delete = ",\"action_id\":\"a1\",\"requested_action\":{\"type\":\"delete\"}";
    Connector connector = start(repository);
    assertThat(act(connector, "/f00001", delete).path("status").asText()).isEqualTo("error");
    connector.close();
    env.put("DSXCONNECTOR_ALLOWED_ACTIONS", "delete");
    Connector next = start(repository);
    assertThat(act(next, "/f00001", delete).path("status").asText()).isEqualTo("success");
    assertThat(repository.files).hasSize(9);
  }

  @Test
  void an_action_that_was_configured_while_it_runs_may_be_asked_for() throws Exception {
    Connector connector = start(repository);
    Http.call("PUT", connector.url() + "/config", "{\"item_action\":\"delete\"}");
    String delete = ",\"requested_action\":{\"type\":\"delete\"}";
    assertThat(act(connector, "/f00001", delete).path("status").asText()).isEqualTo("success");
  }

  @Test
  void a_repeat_gets_the_first_outcome() throws Exception {
    Connector connector = deleting();
    JsonNode first = act(connector, "/f00001", 1);
    repository.put("/f00001", "a new file at the same place");
    assertThat(act(connector, "/f00001", 1)).isEqualTo(first);
    assertThat(repository.files).containsKey("/f00001");
    assertThat(repository.effects).hasValue(1);
  }

  @Test
  void repeats_at_the_same_time_have_one_effect_and_one_outcome() throws Exception {
    Connector connector = deleting();
    CountDownLatch go = new CountDownLatch(1);
    repository.beforeAction = () -> FullScanTest.awaitLatch(go);
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<JsonNode> repeat = () -> act(connector, "/f00001", 1);
      List<Future<JsonNode>> repeats =
          Stream.generate(() -> pool.submit(repeat)).limit(20).toList();
      await().until(() -> Files.exists(journal()));
      go.countDown();
      for (Future<JsonNode> outcome : repeats) {
        assertThat(outcome.get().path("status").asText()).isEqualTo("success");
      }
    }
    assertThat(repository.effects).hasValue(1);
  }

  @Test
  void a_repeat_after_a_restart_gets_the_first_outcome() throws Exception {
    Connector connector = deleting();
    JsonNode first = act(connector, "/f00001", 1);
    connector.close();
    repository.put("/f00001", "a new file at the same place");
    assertThat(act(deleting(), "/f00001", 1)).isEqualTo(first);
    assertThat(repository.effects).hasValue(1);
  }

  @Test
  void an_action_that_failed_may_be_tried_again_also_after_a_restart() throws Exception {
    Connector connector = deleting();
    assertThat(act(connector, "/later", 1).path("status").asText()).isEqualTo("error");
    connector.close();
    Connector next = deleting();
    assertThat(act(next, "/later", 1).path("message").asText()).isEqualTo("File does not exist");
    repository.put("/later", "now it is there");
    assertThat(act(next, "/later", 1).path("status").asText()).isEqualTo("success");
  }

  @Test
  void bug_a_failed_action_did_not_say_whether_the_file_is_gone() throws Exception {
    Connector connector = deleting();
    JsonNode missing = act(connector, "/later", 1);
    assertThat(missing.path("file_gone").isBoolean()).isTrue();
    assertThat(missing.path("file_gone").asBoolean()).isTrue();
    repository.beforeAction =
        () -> {
          throw new IllegalStateException("the quarantine does not exist");
        };
    JsonNode failed = act(connector, "/f00001", 2);
    assertThat(failed.path("status").asText()).isEqualTo("error");
    assertThat(failed.path("file_gone").isBoolean()).isTrue();
    assertThat(failed.path("file_gone").asBoolean()).isFalse();
  }

  @Test
  void an_action_that_a_kill_hid_is_unconfirmed_when_the_file_is_gone() throws Exception {
    Files.writeString(journal(), "{\"id\":\"a1\"}\n{\"id\":\"a2\"}\n");
    repository.files.remove("/f00001");
    Connector connector = deleting();
    JsonNode hidden = act(connector, "/f00001", 1);
    assertThat(hidden.path("status").asText()).isEqualTo("nothing");
    assertThat(hidden.path("message").asText()).isEqualTo("outcome unconfirmed");
    assertThat(act(connector, "/f00001", 1)).isEqualTo(hidden);

    JsonNode done = act(connector, "/f00002", 2);
    assertThat(done.path("status").asText()).isEqualTo("success");
    assertThat(repository.effects).hasValue(1);
  }

  /** A kill can happen at any moment, so the intent must be on disk before the effect. */
  @Test
  void an_action_is_journaled_before_its_effect() throws Exception {
    Connector connector = deleting();
    repository.beforeAction = () -> assertThat(journal()).content().isEqualTo("{\"id\":\"a1\"}\n");
    assertThat(act(connector, "/f00001", 1).path("status").asText()).isEqualTo("success");
    assertThat(journal()).content().contains("File deleted");
  }

  @Test
  void no_action_is_taken_when_the_journal_cannot_be_written() throws Exception {
    Connector connector = deleting();
    Files.createDirectory(journal());
    JsonNode refused = act(connector, "/f00001", 1);
    assertThat(refused.path("status").asText()).isEqualTo("error");
    assertThat(refused.path("message").asText()).contains("no action was taken");
    assertThat(refused.path("retryable").asBoolean()).isTrue();
    assertThat(repository.files).hasSize(10);

    Files.delete(journal());
    assertThat(act(connector, "/f00001", 1).path("status").asText()).isEqualTo("success");
  }

  @Test
  void a_repository_that_throws_is_an_error_and_may_be_tried_again() throws Exception {
    Connector connector = deleting();
    repository.beforeAction =
        () -> {
          throw new IllegalStateException("a defect");
        };
    assertThat(act(connector, "/f00001", 1).path("message").asText())
        .isEqualTo("the action failed");
    repository.beforeAction = () -> {};
    assertThat(act(connector, "/f00001", 1).path("status").asText()).isEqualTo("success");
  }

  private static String scanned(int id) {
    return ",\"action_id\":\"a" + id + "\",\"content_sha256\":\"" + "ab".repeat(32) + "\"";
  }

  @Test
  void bug_the_second_action_on_one_file_failed_though_the_first_had_removed_it() throws Exception {
    Connector connector = deleting();
    assertThat(act(connector, "/f00001", scanned(1)).path("status").asText()).isEqualTo("success");
    JsonNode second = act(connector, "/f00001", scanned(2));
    assertThat(second.path("status").asText()).isEqualTo("nothing");
    assertThat(second.path("message").asText()).isEqualTo("already acted on by a1");
    connector.close();
    Connector next = deleting();
    assertThat(act(next, "/f00001", scanned(3)).path("message").asText())
        .isEqualTo("already acted on by a1");
    String other = scanned(4).replace("abab", "cdcd");
    assertThat(act(next, "/f00001", other).path("status").asText()).isEqualTo("error");
  }

  @Test
  void bug_two_actions_at_the_same_time_on_one_file_made_one_of_them_a_failure() throws Exception {
    Connector connector = deleting();
    CountDownLatch go = new CountDownLatch(1);
    repository.beforeAction = () -> FullScanTest.awaitLatch(go);
    List<String> outcomes = new ArrayList<>();
    try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<JsonNode>> answers = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        String id = scanned(i);
        answers.add(pool.submit(() -> act(connector, "/f00001", id)));
      }
      await().until(() -> Files.exists(journal()));
      go.countDown();
      for (Future<JsonNode> answer : answers) {
        outcomes.add(answer.get().path("status").asText());
      }
    }
    assertThat(outcomes).containsOnlyOnce("success").doesNotContain("error");
    assertThat(repository.effects).hasValue(1);
  }
}
