package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters are found, grouped, replayed and discarded by what they say. */
class DeadLetterSearchTest extends QueueFixture {
  static final String C1 = "2c81d259-0000-4000-8000-000000000001";
  static final String C2 = "2c81d259-0000-4000-8000-000000000002";
  DeadLetters letters;
  DeadLetterSearch search;
  RedisStageQueue queue;

  @BeforeEach
  void prepare() {
    letters = new DeadLetters(redis);
    search = new DeadLetterSearch(letters, redis, clock);
    queue = queue(Stage.SCAN, "w1");
  }

  /** Files that fail and become dead letters. */
  private void fail(String job, String connector, String reason, int files) {
    intake.accept(job, files(connector, files));
    for (Task task : takeAll(queue, Set.of())) {
      ScanRequest request = file(connector, "/x");
      DeadLetter letter = DeadLetter.of(task, Origin.of(request), reason, "details", request, null);
      queue.complete(end(task, Outcome.FAILED).dead(letter.json()));
    }
  }

  private List<String> ids(DeadLetterFilter filter) {
    return search.find(Stage.SCAN, filter, null, 100).items().stream()
        .map(item -> item.path("id").asText())
        .toList();
  }

  private static DeadLetterFilter job(String job) {
    return new DeadLetterFilter(null, null, job);
  }

  private void failedFiles() {
    fail("J", C1, "max_retries_exceeded", 3);
    fail("K", C2, "dsxa_server", 2);
    fail("K", C1, "max_retries_exceeded", 1);
    redis.call(c -> c.xadd(redis.keys().of(Key.DEAD, "scan_request"), Map.of("item", "junk")));
  }

  @Test
  void letters_are_grouped_by_queue_reason_connector_and_job() {
    failedFiles();
    DeadLetterSearch.Groups groups = search.groups();
    assertThat(groups.total()).isEqualTo(7);
    assertThat(groups.examined()).isEqualTo(7);
    assertThat(groups.groups()).hasSize(4);
    DeadLetterSearch.Group largest = groups.groups().getFirst();
    assertThat(largest.count()).isEqualTo(3);
    assertThat(largest.facts())
        .isEqualTo(new DeadLetterFilter.Facts("max_retries_exceeded", C1, C1, "J"));
    assertThat(largest.firstAt()).isPositive().isLessThanOrEqualTo(largest.lastAt());
    assertThat(groups.groups())
        .extracting(DeadLetterSearch.Group::facts)
        .contains(new DeadLetterFilter.Facts(null, null, null, null));
  }

  @Test
  void bug_a_group_of_a_connector_with_a_blank_display_name_had_no_name() {
    ScanRequest request =
        ScanRequest.of("/x", "/x")
            .withConnector(
                ConnectorInstance.builder("files", "http://127.0.0.1:1/files")
                    .display(" ", null)
                    .build(),
                null);
    intake.accept("J", List.of(request));
    Task task = takeAll(queue, Set.of()).getFirst();
    DeadLetter letter = DeadLetter.of(task, Origin.of(request), "dsxa_server", "d", request, null);
    queue.complete(end(task, Outcome.FAILED).dead(letter.json()));
    assertThat(search.groups().groups().getFirst().facts().connectorName()).isEqualTo("files");
  }

  @Test
  void letters_are_found_by_each_fact_page_by_page() {
    failedFiles();
    assertThat(ids(DeadLetterFilter.ALL)).hasSize(7);
    assertThat(ids(job("K"))).hasSize(3);
    assertThat(ids(new DeadLetterFilter("dsxa_server", null, null))).hasSize(2);
    assertThat(ids(new DeadLetterFilter("DSXA_SERVER", null, null))).isEmpty();
    assertThat(ids(new DeadLetterFilter(null, C1, "K"))).hasSize(1);
    List<String> found = new ArrayList<>();
    String cursor = null;
    do {
      DeadLetterSearch.Page page = search.find(Stage.SCAN, DeadLetterFilter.ALL, cursor, 2);
      page.items().forEach(item -> found.add(item.path("id").asText()));
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(found).isEqualTo(ids(DeadLetterFilter.ALL));
  }

  @Test
  void replayed_files_are_pending_again_and_no_others() {
    failedFiles();
    assertThat(search.replay(Stage.SCAN, job("K"), 2))
        .isEqualTo(new DeadLetterSearch.Changed(2, 0, DeadLetters.Kept.NONE, 1, true));
    assertThat(ledger("K").pending()).isEqualTo(2);
    assertThat(ledger("K").failed()).isEqualTo(1);
    assertThat(ledger("K").balanced()).isTrue();
    assertThat(ledger("J").pending()).isZero();
    assertThat(takeAll(queue, Set.of())).hasSize(2);
    assertThat(search.replay(Stage.SCAN, DeadLetterFilter.ALL, 10))
        .isEqualTo(new DeadLetterSearch.Changed(4, 1, DeadLetters.Kept.NONE, 0, true));
    assertThat(letters.count(Stage.SCAN)).isOne();
  }

  @Test
  void discarded_files_stay_failed() {
    failedFiles();
    Ledger before = ledger("J");
    assertThat(search.discard(Stage.SCAN, job("J"), 2))
        .isEqualTo(new DeadLetterSearch.Changed(2, 0, DeadLetters.Kept.NONE, 1, true));
    assertThat(ledger("J")).isEqualTo(before);
    assertThat(before.failed()).isEqualTo(3);
    assertThat(ids(job("J"))).hasSize(1);
    assertThat(search.discard(Stage.SCAN, DeadLetterFilter.ALL, 10))
        .isEqualTo(new DeadLetterSearch.Changed(5, 0, DeadLetters.Kept.NONE, 0, true));
  }

  @Test
  void a_letter_that_another_operator_was_faster_with_is_not_done() {
    failedFiles();
    List<String> ids = ids(job("J"));
    assertThat(search.replay(Stage.SCAN, ids.subList(0, 1)))
        .isEqualTo(new DeadLetterSearch.Changed(1, 0, DeadLetters.Kept.NONE, 0, true));
    assertThat(search.discard(Stage.SCAN, ids))
        .isEqualTo(new DeadLetterSearch.Changed(2, 0, DeadLetters.Kept.NONE, 0, true));
    assertThat(search.replay(Stage.SCAN, ids))
        .isEqualTo(new DeadLetterSearch.Changed(0, 0, DeadLetters.Kept.NONE, 0, true));
    assertThat(ledger("J").pending()).isOne();
    assertThat(ledger("J").failed()).isEqualTo(2);
    assertThat(ledger("J").balanced()).isTrue();
  }

  @Test
  void a_call_ends_at_its_time_limit_and_says_what_is_left() {
    fail("J", C1, "max_retries_exceeded", 50);
    AtomicLong now = new AtomicLong();
    DeadLetterSearch slow =
        new DeadLetterSearch(letters, redis, () -> now.getAndAdd(Duration.ofSeconds(2).toNanos()));
    DeadLetterSearch.Groups groups = slow.groups();
    assertThat(groups.total()).isEqualTo(50);
    assertThat(groups.examined()).isEqualTo(40);
    DeadLetterSearch.Page page = slow.find(Stage.SCAN, job("none"), null, 10);
    assertThat(page.items()).isEmpty();
    assertThat(page.nextCursor()).isNotNull();
    assertThat(slow.find(Stage.SCAN, job("none"), page.nextCursor(), 10).nextCursor()).isNull();
    List<String> ids = ids(DeadLetterFilter.ALL);
    assertThat(slow.discard(Stage.SCAN, ids).left()).isEqualTo(50 - 9);
    fail("J", C1, "max_retries_exceeded", 250);
    DeadLetterSearch.Changed cut = slow.discard(Stage.SCAN, DeadLetterFilter.ALL, 10_000);
    assertThat(cut.done()).isPositive();
    assertThat(cut.complete()).as("all were read").isFalse();
    assertThat(letters.count(Stage.SCAN)).isEqualTo(291 - cut.done());
  }

  @Test
  void letters_with_hostile_texts_are_shown_and_found_as_they_are() {
    String reason = "\"<b>\u202E%s\n'\\";
    fail("J", C1, reason, 1);
    List<JsonNode> found =
        search.find(Stage.SCAN, new DeadLetterFilter(reason, null, null), null, 10).items();
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().path("reason").asText()).isEqualTo(reason);
  }

  @Test
  void bug_an_id_that_redis_cannot_read_was_accepted() {
    for (String id :
        List.of("99999999999999999999-0", "1-99999999999999999999", "18446744073709551615-0")) {
      assertThat(DeadLetterSearch.isId(id)).as(id).isFalse();
    }
    String last = Long.MAX_VALUE + "-" + Long.MAX_VALUE;
    assertThat(DeadLetterSearch.isId(last)).isTrue();
    assertThat(search.find(Stage.SCAN, DeadLetterFilter.ALL, last, 10).items()).isEmpty();
    failedFiles();
    assertThat(search.find(Stage.SCAN, DeadLetterFilter.ALL, last, 10).items()).isEmpty();
    assertThat(search.replay(Stage.SCAN, List.of(last)))
        .isEqualTo(new DeadLetterSearch.Changed(0, 0, DeadLetters.Kept.NONE, 0, true));
    assertThat(search.discard(Stage.SCAN, List.of(last)))
        .isEqualTo(new DeadLetterSearch.Changed(0, 0, DeadLetters.Kept.NONE, 0, true));
  }

  @Test
  void bug_letters_without_a_job_could_not_be_selected() {
    failedFiles();
    DeadLetterFilter none =
        new DeadLetterFilter(null, null, null, Set.of(DeadLetterFilter.Fact.values()));
    assertThat(ids(none)).hasSize(1);
    assertThat(
            ids(
                new DeadLetterFilter(
                    "dsxa_server", null, null, Set.of(DeadLetterFilter.Fact.CONNECTOR))))
        .isEmpty();
    assertThat(search.replay(Stage.SCAN, none, 10))
        .isEqualTo(new DeadLetterSearch.Changed(0, 1, DeadLetters.Kept.NONE, 0, true));
    assertThat(search.discard(Stage.SCAN, none, 10))
        .isEqualTo(new DeadLetterSearch.Changed(1, 0, DeadLetters.Kept.NONE, 0, true));
    assertThat(letters.count(Stage.SCAN)).isEqualTo(6);
  }

  @Test
  void bug_a_replay_made_a_job_again_that_was_deleted() {
    failedFiles();
    jobs.endIdle(Duration.ZERO);
    assertThat(search.groups().groups()).noneMatch(DeadLetterSearch.Group::jobGone);
    assertThat(jobs.deleteFinished()).isEqualTo(2);
    assertThat(search.groups().groups())
        .allMatch(group -> group.jobGone() == (group.facts().job() != null));
    assertThat(search.replay(Stage.SCAN, job("J"), 10))
        .isEqualTo(new DeadLetterSearch.Changed(0, 0, new DeadLetters.Kept(3, 0), 0, true));
    assertThat(search.replay(Stage.SCAN, ids(job("K"))))
        .isEqualTo(new DeadLetterSearch.Changed(0, 0, new DeadLetters.Kept(3, 0), 0, true));
    assertThat(letters.requeue(Stage.SCAN, 2))
        .isEqualTo(new DeadLetters.Requeued(0, 1, new DeadLetters.Kept(6, 0)));
    assertThat(jobs.find("J")).isEmpty();
    assertThat(jobs.active()).isZero();
    assertThat(letters.count(Stage.SCAN)).isEqualTo(7);
    assertThat(takeAll(queue, Set.of())).isEmpty();
  }

  @Test
  void bug_a_replayed_scan_of_a_cancelled_job_was_given_up_silently() {
    fail("J", C1, "dsxa_server", 3);
    intake.accept("J", files(C1, 1));
    jobs.steer("J", Jobs.Verb.CANCEL);
    Ledger before = ledger("J");
    assertThat(search.replay(Stage.SCAN, job("J"), 10))
        .isEqualTo(new DeadLetterSearch.Changed(0, 0, new DeadLetters.Kept(0, 3), 0, true));
    assertThat(ledger("J")).isEqualTo(before);
    assertThat(before.failed()).isEqualTo(3);
    assertThat(letters.count(Stage.SCAN)).isEqualTo(3);
  }

  @Test
  void letters_that_cannot_be_replayed_do_not_block_those_behind_them() {
    fail("gone", C1, "dsxa_server", 3);
    jobs.endIdle(Duration.ZERO);
    jobs.deleteFinished();
    fail("J", C1, "dsxa_server", 2);
    assertThat(letters.requeue(Stage.SCAN, 2))
        .isEqualTo(new DeadLetters.Requeued(2, 0, new DeadLetters.Kept(3, 0)));
    assertThat(ledger("J").pending()).isEqualTo(2);
  }

  @Test
  void bug_a_letter_of_another_shape_made_the_replay_of_all_fail() {
    List<String> shapes =
        List.of(
            "5",
            "null",
            "[]",
            "{\"meta\":5}",
            "{\"meta\":{\"job\":null},\"payload\":{\"body\":\"b\"}}",
            "{\"meta\":{\"job\":\"J\"},\"payload\":5}",
            "{\"meta\":{\"job\":\"J\",\"lane\":\"l\",\"origin\":\"o\",\"connector\":\"{}\"},"
                + "\"payload\":{\"body\":\"b\"},\"chain\":null}");
    for (String shape : shapes) {
      redis.call(c -> c.xadd(redis.keys().of(Key.DEAD, "scan_request"), Map.of("item", shape)));
    }
    fail("J", C1, "dsxa_server", 1);
    assertThat(letters.requeue(Stage.SCAN, 10))
        .isEqualTo(new DeadLetters.Requeued(1, shapes.size(), DeadLetters.Kept.NONE));
    assertThat(ledger("J").balanced()).isTrue();
  }
}
