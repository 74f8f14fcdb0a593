package io.dsxconnect.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Status;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.queue.DeadLetterFilter;
import io.dsxconnect.core.queue.DeadLetterSearch;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.MonotonicClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Only the dead letters of actions that have succeeded are removed. */
class SettledLettersTest extends RedisFixture {
  RecordStore store;
  DeadLetters letters;

  @BeforeEach
  void open() {
    store = new RecordStore(redis);
    letters = new DeadLetters(redis);
  }

  /** A malicious file whose action ended like this. */
  private String task(Status status) {
    String task = store.record("J", "/evil", Outcome.MALICIOUS);
    store.amend(
        task,
        Json.text(
            store
                .verdict(task, "J", "/evil", Outcome.MALICIOUS)
                .withAction(ItemActionStatus.of(status, "m", null, ItemAction.DELETE))));
    return task;
  }

  /** The same, with a dead letter; returns the id of that. */
  private String acted(Status status) {
    return letter(Stage.ACTION, "{" + chain(task(status)) + "}");
  }

  private static String chain(String task) {
    return "\"chain\":{\"scan_request_task_id\":\"" + task + "\"}";
  }

  private String letter(Stage stage, String item) {
    return redis.call(c -> c.xadd(letters.name(stage), Map.of("item", item)));
  }

  private List<String> left() {
    return letters.items(Stage.ACTION, 0, 1000).stream()
        .map(item -> item.path("id").asText())
        .toList();
  }

  @Test
  void letters_of_other_actions_and_unreadable_ones_stay() {
    List<String> expected = new ArrayList<>();
    expected.add(letter(Stage.ACTION, "junk"));
    expected.add(letter(Stage.ACTION, "[1]"));
    expected.add(letter(Stage.ACTION, "{" + chain("gone") + "}"));
    for (int i = 0; i < 45; i++) {
      acted(Status.SUCCESS);
      expected.add(acted(i % 2 == 0 ? Status.ERROR : Status.NOTHING));
    }
    new SettledLetters(redis).upkeep();
    assertThat(left()).isEqualTo(expected);
  }

  @Test
  void a_text_of_a_client_names_no_other_file() {
    String succeeded = chain(task(Status.SUCCESS));
    String own = "," + chain("other") + "}";
    List<String> stay =
        List.of(
            letter(Stage.ACTION, "{\"payload\":{" + succeeded + "}" + own),
            letter(Stage.ACTION, "{\"payload\":" + Json.text("{" + succeeded + "}") + "}"));
    letter(Stage.ACTION, "{\"payload\":\"" + "x".repeat(200_000) + "\"," + succeeded + "}");
    new SettledLetters(redis).upkeep();
    assertThat(left()).isEqualTo(stay);
  }

  @Test
  void a_letter_of_another_stage_about_the_same_file_stays() {
    acted(Status.SUCCESS);
    String item = letters.items(Stage.ACTION, 0, 0).getFirst().toString();
    letter(Stage.RESULT, item);
    new SettledLetters(redis).upkeep();
    assertThat(letters.count(Stage.ACTION)).isZero();
    assertThat(letters.count(Stage.RESULT)).isOne();
  }

  @Test
  void a_round_goes_on_where_the_one_before_ended() {
    redis.call(
        c -> {
          for (int i = 0; i < 500; i++) {
            c.xadd(redis.keys().of(Key.DEAD, "verdict_action"), Map.of("item", "junk"));
          }
          return 0;
        });
    acted(Status.SUCCESS);
    SettledLetters settled = new SettledLetters(redis);
    settled.upkeep();
    assertThat(letters.count(Stage.ACTION)).isEqualTo(501);
    settled.upkeep();
    assertThat(letters.count(Stage.ACTION)).isEqualTo(500);
    acted(Status.SUCCESS);
    settled.upkeep();
    settled.upkeep();
    assertThat(letters.count(Stage.ACTION)).as("from the oldest again").isEqualTo(500);
  }

  @Test
  void each_letter_is_removed_or_discarded_once() throws Exception {
    for (int i = 0; i < 100; i++) {
      acted(Status.SUCCESS);
    }
    DeadLetterSearch search = new DeadLetterSearch(letters, redis, MonotonicClock.SYSTEM);
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      Callable<Long> upkeep =
          () -> {
            new SettledLetters(redis).upkeep();
            return 0L;
          };
      List<Future<Long>> done =
          threads.invokeAll(
              List.of(
                  upkeep,
                  upkeep,
                  () -> search.discard(Stage.ACTION, DeadLetterFilter.ALL, 40).done()));
      for (Future<Long> one : done) {
        assertThat(one.get()).isBetween(0L, 40L);
      }
    }
    assertThat(letters.count(Stage.ACTION)).isZero();
  }
}
