package io.dsxconnect.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Status;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.redis.Key;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The index of records is changed with the records, and never hides one. */
class RecordIndexTest extends RedisFixture {
  Results results;
  RecordStore store;

  @BeforeEach
  void open() {
    results = new Results(redis);
    store = new RecordStore(redis);
    indexedFrom(1);
  }

  private void indexedFrom(long number) {
    redis.call(c -> c.set(redis.keys().of(Key.INDEXED), Long.toString(number)));
  }

  private List<String> part(String name) {
    return redis.call(c -> c.zrange(redis.keys().of(Key.INDEX, name), 0, -1));
  }

  private List<String> tasks(ResultQuery query) {
    return results.find(query, 1000).stream().map(ScanResult::scanRequestTaskId).toList();
  }

  private static ResultQuery of(Outcome... outcomes) {
    return ResultQuery.ALL.matching(ResultQuery.Filter.ofOutcomes(Set.of(outcomes)));
  }

  private static ResultQuery of(ActionState... states) {
    return ResultQuery.ALL.matching(ResultQuery.Filter.ofActions(Set.of(states)));
  }

  /** A malicious file whose action ends like this. */
  private String acted(Status status) {
    String task = malicious();
    act(task, status);
    return task;
  }

  private String malicious() {
    return store.record("J", "/evil", Outcome.MALICIOUS);
  }

  /**
   * The outcome of an action arrives with another task's hand-off, as the result stage sends it.
   */
  private void act(String of, Status status) {
    act(of, ItemActionStatus.of(status, "m", null, ItemAction.DELETE));
  }

  private void act(String of, ItemActionStatus outcome) {
    ScanResult verdict = store.verdict(of, "J", "/evil", Outcome.MALICIOUS);
    store.amend(of, Json.text(verdict.withAction(outcome)));
  }

  @ParameterizedTest
  @EnumSource
  void each_outcome_has_its_part_and_benign_files_have_none(Outcome outcome) {
    String task = store.record("J", "/a", outcome);
    for (Outcome each : Outcome.values()) {
      assertThat(part(each.column())).hasSize(each == outcome && outcome != Outcome.BENIGN ? 1 : 0);
      assertThat(tasks(of(each))).isEqualTo(each == outcome ? List.of(task) : List.of());
    }
  }

  @Test
  void a_failed_action_is_in_its_part_until_it_succeeds() {
    String failed = acted(Status.ERROR);
    String succeeded = acted(Status.SUCCESS);
    String none = acted(Status.NOTHING);
    String pending = malicious();
    String benign = store.record("J", "/a", Outcome.BENIGN);
    assertThat(part("action_failed")).containsExactly("1");
    assertThat(results.failedActions()).isOne();
    assertThat(results.oldestFailedAction().orElseThrow().scanRequestTaskId()).isEqualTo(failed);
    assertThat(tasks(of(ActionState.FAILED))).containsExactly(failed);
    assertThat(tasks(of(ActionState.SUCCEEDED))).containsExactly(succeeded);
    assertThat(tasks(of(ActionState.PENDING))).containsExactly(pending);
    assertThat(tasks(of(ActionState.NONE))).containsExactly(none, benign);
    act(failed, Status.SUCCESS);
    assertThat(part("action_failed")).isEmpty();
    assertThat(results.failedActions()).isZero();
    assertThat(tasks(of(ActionState.SUCCEEDED))).containsExactly(failed, succeeded);
  }

  @Test
  void bug_an_unconfirmed_action_counted_as_none() {
    String task = malicious();
    act(task, ItemActionStatus.unconfirmed("gone", ItemAction.DELETE));
    assertThat(part("action_unconfirmed")).containsExactly("1");
    assertThat(results.unconfirmedActions()).isOne();
    assertThat(results.failedActions()).isZero();
    assertThat(tasks(of(ActionState.UNCONFIRMED))).containsExactly(task);
    assertThat(tasks(of(ActionState.FAILED, ActionState.UNCONFIRMED))).containsExactly(task);
    assertThat(tasks(of(ActionState.NONE))).isEmpty();
    act(task, Status.ERROR);
    assertThat(part("action_failed")).containsExactly("1");
    act(task, Status.SUCCESS);
    assertThat(part("action_failed")).isEmpty();
  }

  /** The replay of a dead letter whose connector takes no action any more. */
  @Test
  void bug_a_replayed_action_that_did_nothing_hid_a_malicious_file() {
    String failed = acted(Status.ERROR);
    String unconfirmed = malicious();
    act(unconfirmed, ItemActionStatus.unconfirmed("gone", ItemAction.DELETE));
    for (String task : List.of(failed, unconfirmed)) {
      ScanResult before = results.ofTask(task).orElseThrow();
      act(task, ItemActionStatus.NONE);
      assertThat(results.ofTask(task)).contains(before);
    }
    assertThat(results.failedActions()).isOne();
    assertThat(results.unconfirmedActions()).isOne();
    act(failed, ItemActionStatus.alreadyActedOn("another", ItemAction.DELETE));
    assertThat(results.failedActions()).isZero();
    assertThat(ActionState.of(results.ofTask(failed).orElseThrow())).isEqualTo(ActionState.NONE);
  }

  @Test
  void a_success_stays_when_a_later_action_finds_the_file_gone() {
    String task = acted(Status.SUCCESS);
    act(task, Status.ERROR);
    assertThat(part("action_failed")).isEmpty();
    assertThat(ActionState.of(results.ofTask(task).orElseThrow())).isEqualTo(ActionState.SUCCEEDED);
  }

  @Test
  void a_replayed_file_moves_to_its_new_outcome() {
    Task first = store.take("J", "/a");
    store.complete(store.outcome(first, "J", "/a", Outcome.FAILED));
    store.again(first, "J", "/a", Outcome.UNSUPPORTED);
    assertThat(part("failed")).isEmpty();
    assertThat(part("unsupported")).containsExactly("1");
    store.again(first, "J", "/a", Outcome.BENIGN);
    assertThat(part("unsupported")).isEmpty();
    assertThat(tasks(of(Outcome.BENIGN))).containsExactly(first.id());
  }

  @Test
  void deleted_and_pruned_records_leave_the_index() {
    store.record("J", "/a", Outcome.MALICIOUS);
    store.record("K", "/b", Outcome.FAILED);
    RecordDeletion deletion = new RecordDeletion(redis, results);
    deletion.deleteOf("J");
    assertThat(part("malicious")).isEmpty();
    assertThat(part("failed")).containsExactly("2");
    deletion.deleteAll();
    assertThat(part("failed")).isEmpty();
    store.retain(2);
    for (int i = 0; i < 6; i++) {
      store.record("J", "/a", i % 2 == 0 ? Outcome.UNKNOWN : Outcome.BENIGN);
    }
    assertThat(tasks(of(Outcome.UNKNOWN))).hasSize(1);
    new Retention(redis, 2).upkeep();
    assertThat(part("unknown")).hasSize(1);
  }

  @Test
  void records_of_versions_without_the_index_are_found() {
    String old = malicious();
    store.record("J", "/a", Outcome.BENIGN);
    String newer = malicious();
    redis.call(c -> c.zrem(redis.keys().of(Key.INDEX, "malicious"), "1"));
    indexedFrom(3);
    assertThat(tasks(of(Outcome.MALICIOUS))).containsExactly(old, newer);
    assertThat(tasks(of(Outcome.MALICIOUS).oldestFirst(false))).containsExactly(newer, old);
    redis.call(c -> c.del(redis.keys().of(Key.INDEXED), redis.keys().of(Key.INDEX, "malicious")));
    assertThat(tasks(of(Outcome.MALICIOUS))).containsExactly(old, newer);
  }

  @Test
  void several_parts_are_merged_in_both_directions_from_a_cursor() {
    for (Outcome outcome : Outcome.values()) {
      store.record("J", "/a", outcome);
      store.record("K", "/b", outcome);
    }
    ResultQuery two = of(Outcome.MALICIOUS, Outcome.FAILED);
    List<Long> ids = results.find(two, 10).stream().map(ScanResult::id).toList();
    assertThat(ids).hasSize(4).isSorted();
    assertThat(results.find(two.oldestFirst(false), 10).stream().map(ScanResult::id).toList())
        .isEqualTo(ids.reversed());
    assertThat(results.find(two.after(ids.get(1)), 10).stream().map(ScanResult::id))
        .containsExactly(ids.get(2), ids.get(3));
    assertThat(
            results.find(two.oldestFirst(false).after(ids.get(2)), 10).stream().map(ScanResult::id))
        .containsExactly(ids.get(1), ids.get(0));
    assertThat(results.find(two.in("K"), 10)).hasSize(2);
  }

  @Test
  void files_without_a_verdict_are_counted_from_a_time_on() {
    for (int second = 0; second < 20; second++) {
      store.at(1_000_000 + second);
      store.record("J", "/a", Outcome.NOT_SCANNED);
      store.record("J", "/a", Outcome.UNSUPPORTED);
      store.record("J", "/a", Outcome.BENIGN);
    }
    assertThat(results.withoutVerdict(1_000_015)).isEqualTo(10);
    assertThat(results.withoutVerdict(0)).isEqualTo(40);
    assertThat(results.withoutVerdict(2_000_000)).isZero();
    new Retention(redis, 6).upkeep();
    assertThat(results.withoutVerdict(0)).isEqualTo(4);
  }

  @Test
  void a_new_store_is_indexed_from_its_first_record() {
    redis.call(c -> c.flushall());
    try (var fresh = server.connect()) {
      assertThat(fresh.<String>call(c -> c.get(redis.keys().of(Key.INDEXED)))).isEqualTo("1");
    }
    malicious();
    redis.call(c -> c.set(redis.keys().of(Key.FORMAT), "3"));
    redis.call(c -> c.del(redis.keys().of(Key.INDEXED), redis.keys().of(Key.COVERED)));
    try (var upgraded = server.connect()) {
      assertThat(upgraded.<String>call(c -> c.get(redis.keys().of(Key.INDEXED)))).isNull();
      assertThat(upgraded.<String>call(c -> c.get(redis.keys().of(Key.COVERED)))).isEqualTo("1");
      assertThat(upgraded.<Long>call(c -> c.ttl(redis.keys().of(Key.MIXED)))).isPositive();
    }
  }

  /** Stores a record as a worker of a version without the index does. */
  private void storeWithoutIndex(String task, Outcome outcome) {
    long number = redis.call(c -> c.incr(redis.keys().of(Key.SEQ)));
    String json =
        Json.text(store.verdict(task, "J", "/evil", outcome))
            .replaceFirst("\"id\":-1", "\"id\":" + number);
    redis.call(c -> c.set(redis.keys().of(Key.RESULT, number), json));
    redis.call(c -> c.set(redis.keys().of(Key.RESULT_OF, task), Long.toString(number)));
    redis.call(c -> c.rpush(redis.keys().of(Key.JOB_RESULTS, "J"), Long.toString(number)));
  }

  /** As a build left it that indexed records, but had no part for unconfirmed actions. */
  private void indexedByTheFirstVersion() {
    String newest = redis.call(c -> c.get(redis.keys().of(Key.SEQ)));
    redis.call(
        c ->
            c.del(
                redis.keys().of(Key.INDEXED),
                redis.keys().of(Key.COVERED),
                redis.keys().of(Key.INDEX, "action_unconfirmed")));
    String before = redis.keys().of(Key.INDEXED).replaceFirst(":2$", "");
    redis.call(c -> c.set(before, "1"));
    redis.call(c -> c.set(before.replace("indexed", "covered"), newest));
  }

  @Test
  void bug_unconfirmed_actions_of_an_older_index_were_not_counted() {
    String task = malicious();
    act(task, ItemActionStatus.unconfirmed("gone", ItemAction.DELETE));
    assertThat(results.countsComplete()).isTrue();
    indexedByTheFirstVersion();
    assertThat(results.unconfirmedActions()).isZero();
    assertThat(results.countsComplete()).isFalse();
    assertThat(tasks(of(ActionState.UNCONFIRMED))).containsExactly(task);
    RecordIndexer indexer = new RecordIndexer(redis);
    indexer.upkeep();
    assertThat(results.countsComplete()).as("while that version may write").isFalse();
    oldProcessesAreSilent();
    indexer.upkeep();
    assertThat(results.countsComplete()).isTrue();
    assertThat(results.unconfirmedActions()).isOne();
    assertThat(tasks(of(ActionState.UNCONFIRMED))).containsExactly(task);
  }

  @Test
  void a_store_without_records_has_complete_counts() {
    redis.call(c -> c.del(redis.keys().of(Key.INDEXED)));
    assertThat(results.countsComplete()).isTrue();
    malicious();
    assertThat(results.countsComplete()).isFalse();
    new RecordDeletion(redis, results).deleteAll();
    assertThat(results.countsComplete()).isTrue();
  }

  private void oldProcessesAreSilent() {
    redis.call(c -> c.del(redis.keys().of(Key.MIXED)));
  }

  @Test
  void bug_records_of_a_worker_of_an_older_version_were_hidden_after_an_upgrade() {
    String first = malicious();
    storeWithoutIndex("old-1", Outcome.MALICIOUS);
    assertThat(tasks(of(Outcome.MALICIOUS))).containsExactly(first, "old-1");
    assertThat(tasks(of(Outcome.MALICIOUS).oldestFirst(false))).containsExactly("old-1", first);
    String last = malicious();
    assertThat(tasks(of(Outcome.MALICIOUS))).containsExactly(first, "old-1", last);
    assertThat(tasks(of(Outcome.MALICIOUS).in("J"))).containsExactly(first, "old-1", last);
  }

  @Test
  void older_records_are_indexed_once_the_older_version_is_silent() {
    RecordIndexer indexer = new RecordIndexer(redis);
    for (int i = 0; i < 300; i++) {
      storeWithoutIndex("old-" + i, i % 100 == 0 ? Outcome.MALICIOUS : Outcome.BENIGN);
    }
    malicious();
    act("old-200", Status.ERROR);
    indexer.upkeep();
    assertThat(part("malicious")).as("while older processes may write").hasSize(1);
    oldProcessesAreSilent();
    indexer.upkeep();
    assertThat(part("malicious")).containsExactly("201", "301");
    indexer.upkeep();
    assertThat(part("malicious")).containsExactly("1", "101", "201", "301");
    assertThat(part("action_failed")).containsExactly("201");
    assertThat(redis.<String>call(c -> c.get(redis.keys().of(Key.INDEXED)))).isEqualTo("1");
    assertThat(tasks(of(Outcome.MALICIOUS))).hasSize(4);
    indexer.upkeep();
    storeWithoutIndex("late", Outcome.MALICIOUS);
    indexer.upkeep();
    assertThat(redis.<Long>call(c -> c.exists(redis.keys().of(Key.MIXED)))).isOne();
    assertThat(tasks(of(Outcome.MALICIOUS))).hasSize(5);
  }
}
