package io.dsxconnect.core.record;

import static java.util.Comparator.reverseOrder;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.Surrogates;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches find what matches and nothing else, in the order that is asked for, within bounds. */
class SearchesTest extends RedisFixture {
  final TestClock clock = new TestClock();
  Results results;
  RecordStore store;
  Searches searches;

  @BeforeEach
  void open() {
    results = new Results(redis);
    store = new RecordStore(redis);
    searches = new Searches(results, clock, Duration.ZERO);
  }

  private static ResultQuery text(String text) {
    return ResultQuery.ALL.matching(
        new ResultQuery.Filter(
            null,
            new ResultQuery.Content(null, null, text, Set.of(), Set.of()),
            ResultQuery.Period.EVER));
  }

  private List<String> locations(ResultQuery query) {
    List<String> found = new ArrayList<>();
    searches.stream(
        query, record -> found.add(Objects.requireNonNull(record.scanRequest()).location()));
    return found;
  }

  @Test
  void bug_a_search_from_the_newest_found_records_twice_while_the_job_ran() {
    for (int i = 0; i < 1100; i++) {
      store.record("J", "/" + i, Outcome.BENIGN);
    }
    List<Long> found = new ArrayList<>();
    results.find(
        ResultQuery.ofJob("J").oldestFirst(false),
        record -> {
          if (found.isEmpty()) {
            store.record("J", "/meanwhile", Outcome.BENIGN);
          }
          return found.add(record.id());
        });
    assertThat(found).hasSize(1100).doesNotHaveDuplicates().isSortedAccordingTo(reverseOrder());
  }

  @Test
  void bug_records_written_while_those_of_their_job_were_deleted_were_hidden() {
    store.record("J", "/before", Outcome.BENIGN);
    store.record("J", "/meanwhile", Outcome.BENIGN);
    // As the deletion sees it: the second one is newer than what exists when it begins.
    redis.call(c -> c.set(redis.keys().of(Key.SEQ), "1"));
    new RecordDeletion(redis, results).deleteOf("J");
    redis.call(c -> c.set(redis.keys().of(Key.SEQ), "2"));
    assertThat(locations(ResultQuery.ofJob("J"))).containsExactly("/meanwhile");
    assertThat(results.ofJob("J", 10)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/data/Invoice.PDF",
        "/data/\"quoted\"\\back",
        "/data/\u0000\u001f\u007f control",
        "/data/<script>alert(1)</script>",
        "/data/\u202Etxt.exe",
        "/data/\u212Aelvin",
        "/data/\u0130stanbul",
        "/data/\uD83D\uDE00",
        "/data/caf\uDCE9.txt",
        "/data/\"status\":\"action attempted, but failed\"",
      })
  void a_location_of_any_characters_is_found_by_its_parts(String location) {
    store.record("J", "/other", Outcome.BENIGN);
    store.record("J", location, Outcome.BENIGN);
    String shown = Surrogates.shown(location);
    for (String part :
        List.of(
            shown,
            shown.substring(6),
            shown.toLowerCase(Locale.ROOT),
            shown.toLowerCase(Locale.ROOT).substring(7))) {
      assertThat(locations(text(part))).as(part).containsExactly(location);
    }
    assertThat(locations(text("absent"))).isEmpty();
    assertThat(results.failedActions()).isZero();
  }

  @Test
  void a_text_is_also_the_whole_id_of_a_task_or_a_job() {
    String task = store.record("Job-1", "/a", Outcome.BENIGN);
    store.record("Job-2", "/b", Outcome.BENIGN);
    assertThat(locations(text(task))).containsExactly("/a");
    assertThat(locations(text("job-1"))).containsExactly("/a");
    assertThat(locations(text("job"))).isEmpty();
  }

  @Test
  void a_period_includes_its_first_second_and_not_its_last() {
    for (int second = 0; second < 4; second++) {
      store.at(1_000_000 + second);
      store.record("J", "/" + second, Outcome.BENIGN);
    }
    ResultQuery.Period period = new ResultQuery.Period(1_000_001L, 1_000_003L);
    ResultQuery.Filter none = ResultQuery.Filter.NONE;
    assertThat(
            locations(
                ResultQuery.ALL.matching(
                    new ResultQuery.Filter(none.connector(), none.content(), period))))
        .containsExactly("/1", "/2");
  }

  @ParameterizedTest
  @CsvSource({
    "SIZE, true, '/b,/aa,/ccc'",
    "SIZE, false, '/ccc,/aa,/b'",
    "LOCATION, true, '/aa,/b,/ccc'",
    "LOCATION, false, '/ccc,/b,/aa'",
    "DURATION, false, '/ccc,/b,/aa'",
  })
  void a_sorted_search_returns_some_positions_of_the_order(
      ResultSort sort, boolean ascending, String expected) {
    store.record("J", "/aa", Outcome.BENIGN);
    store.record("J", "/b", Outcome.BENIGN);
    store.record("J", "/ccc", Outcome.BENIGN);
    ResultQuery query = ResultQuery.ALL.oldestFirst(ascending);
    List<String> all =
        searches.sorted(query, sort, 0, 10).stream()
            .map(r -> Objects.requireNonNull(r.scanRequest()).location())
            .toList();
    assertThat(String.join(",", all)).isEqualTo(expected);
    assertThat(searches.sorted(query, sort, 1, 1))
        .extracting(r -> Objects.requireNonNull(r.scanRequest()).location())
        .containsExactly(all.get(1));
    assertThat(searches.sorted(query, sort, 3, 10)).isEmpty();
  }

  @Test
  void a_summary_counts_what_matches() {
    store.record("J", "/aaaa", Outcome.BENIGN);
    store.record("J", "/bb", Outcome.MALICIOUS);
    store.record("K", "/c", Outcome.FAILED);
    ResultSummary all = searches.summary(ResultQuery.ALL);
    assertThat(all.count()).isEqualTo(3);
    assertThat(all.complete()).isTrue();
    assertThat(all.byOutcome())
        .containsEntry("benign", 1L)
        .containsEntry("malicious", 1L)
        .containsEntry("failed", 1L)
        .containsEntry("cancelled", 0L)
        .hasSize(8);
    assertThat(all.byAction()).containsEntry("pending", 1L).containsEntry("none", 2L);
    assertThat(all.bytes()).isEqualTo(5 + 3 + 2);
    assertThat(all.extent()).isEqualTo(new ResultSummary.Extent(3, 0, 3));
    new Retention(redis, 2).upkeep();
    assertThat(searches.summary(ResultQuery.ofJob("J")).extent())
        .isEqualTo(new ResultSummary.Extent(1, 1, 3));
    assertThat(searches.summary(text("nothing")).count()).isZero();
  }

  /** Searches whose clock moves each time that they look at it. */
  private Searches withSteps(Duration step) {
    AtomicLong now = new AtomicLong();
    return new Searches(results, () -> now.getAndAdd(step.toNanos()), Duration.ZERO);
  }

  @Test
  void a_summary_that_takes_too_long_says_so_and_a_sort_is_refused() {
    for (int i = 0; i < 130; i++) {
      store.record("J", "/a", Outcome.BENIGN);
    }
    ResultSummary summary = withSteps(Duration.ofSeconds(3)).summary(ResultQuery.ALL);
    assertThat(summary.complete()).isFalse();
    assertThat(summary.count()).isBetween(1L, 129L);
    Searches slow = withSteps(Duration.ofSeconds(9));
    assertThatThrownBy(() -> slow.sorted(ResultQuery.ALL, ResultSort.SIZE, 0, 10))
        .isInstanceOf(SearchesBusyException.class)
        .hasMessageStartingWith("search_takes_too_long");
  }

  @Test
  void a_fifth_search_is_refused_while_four_work_and_a_plain_list_is_not() throws Exception {
    store.record("J", "/a", Outcome.BENIGN);
    CountDownLatch working = new CountDownLatch(4);
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> four = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      four.add(
          Thread.ofVirtual()
              .start(
                  () ->
                      searches.inTurn(
                          Duration.ZERO,
                          () -> {
                            working.countDown();
                            await(end);
                            return true;
                          })));
    }
    working.await();
    assertThatThrownBy(() -> searches.summary(ResultQuery.ALL))
        .isInstanceOf(SearchesBusyException.class);
    assertThatThrownBy(() -> locations(text("a"))).isInstanceOf(SearchesBusyException.class);
    assertThat(locations(ResultQuery.ALL)).containsExactly("/a");
    end.countDown();
    for (Thread thread : four) {
      thread.join();
    }
    assertThat(locations(text("a"))).containsExactly("/a");
  }

  /** Waits, in code that cannot throw {@link InterruptedException}. */
  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void a_slow_client_keeps_no_other_from_searching() {
    store.record("J", "/a", Outcome.BENIGN);
    List<Long> found = new ArrayList<>();
    nested(found, 6);
    assertThat(found).hasSize(6);
  }

  /** A search within the taker of a search, and so on: each is between two of its pages. */
  private void nested(List<Long> found, int depth) {
    searches.stream(
        text("a"),
        record -> {
          found.add(record.id());
          if (depth > 1) {
            nested(found, depth - 1);
          }
          return false;
        });
  }

  @Test
  void a_large_job_is_searched_by_the_index() {
    redis.call(c -> c.set(redis.keys().of(Key.INDEXED), "1"));
    for (int i = 0; i < 600; i++) {
      store.record(i % 2 == 0 ? "J" : "K", "/a", i % 100 < 2 ? Outcome.MALICIOUS : Outcome.BENIGN);
    }
    ResultQuery rare =
        ResultQuery.ofJob("J").matching(ResultQuery.Filter.ofOutcomes(Set.of(Outcome.MALICIOUS)));
    assertThat(results.find(rare, 100))
        .hasSize(6)
        .extracting(ScanResult::scanJobId)
        .containsOnly("J");
  }

  @Test
  void a_list_that_takes_too_long_ends_with_the_cursor_that_goes_on() {
    for (int i = 0; i < 200; i++) {
      store.record("J", i % 50 == 0 ? "/b" : "/a", Outcome.BENIGN);
    }
    List<Long> found = new ArrayList<>();
    ResultQuery query = text("/b").oldestFirst(false);
    OptionalLong cursor = OptionalLong.empty();
    int rounds = 0;
    do {
      cursor =
          withSteps(Duration.ofSeconds(6)).stream(
              query.after(cursor.isPresent() ? cursor.getAsLong() : null),
              () -> true,
              record -> found.add(record.id()));
      rounds++;
    } while (cursor.isPresent());
    assertThat(rounds).isGreaterThan(1);
    assertThat(found).containsExactly(151L, 101L, 51L, 1L);
    found.clear();
    assertThat(
            withSteps(Duration.ofSeconds(6)).stream(
                query, () -> false, record -> found.add(record.id())))
        .isEmpty();
    assertThat(found).hasSize(4);
  }

  @Test
  void bug_a_search_for_a_client_that_is_gone_went_on_to_its_end() {
    for (int i = 0; i < 200; i++) {
      store.record("J", "/a", Outcome.BENIGN);
    }
    // Only a write shows that a client is gone, and this search has nothing to write.
    Searches slow = withSteps(Duration.ofSeconds(31));
    assertThatThrownBy(() -> slow.stream(text("/b"), record -> true))
        .isInstanceOf(SearchesBusyException.class)
        .hasMessageStartingWith("search_takes_too_long");
  }

  @Test
  void bug_each_of_many_clients_made_the_same_summary() throws Exception {
    store.record("J", "/a", Outcome.BENIGN);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Searches searches =
        new Searches(
            results,
            () -> {
              begun.countDown();
              await(goOn);
              return 0;
            },
            Duration.ZERO);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<ResultSummary>> all = new ArrayList<>();
      all.add(threads.submit(() -> searches.summary(ResultQuery.ALL)));
      begun.await();
      for (int i = 0; i < 20; i++) {
        all.add(threads.submit(() -> searches.summary(ResultQuery.ALL)));
      }
      // They take no turn: three other searches have the rest of them.
      nested(new ArrayList<>(), 3);
      goOn.countDown();
      for (Future<ResultSummary> each : all) {
        assertThat(each.get().count()).isOne();
      }
    }
  }
}
