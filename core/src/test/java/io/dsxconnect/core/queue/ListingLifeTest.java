package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.job.Announced;
import io.dsxconnect.core.job.ApiPresence;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.job.Listings;
import io.dsxconnect.core.redis.Key;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every listing ends, and an incomplete job has a reason. */
class ListingLifeTest extends QueueFixture {
  static final Announced NEW = new Announced.New();

  Listings listings;

  @BeforeEach
  void openListings() {
    listings = new Listings(redis);
    // The key that a registration writes.
    redis.call(c -> c.set(redis.keys().of(Key.CONNECTOR, "c1"), "{}"));
  }

  Job job(String id) {
    return jobs.find(id).orElseThrow();
  }

  String reason(String id) {
    return job(id).text("reason", "");
  }

  void later(Duration by) {
    clock.advance(by);
    listings.endSilent();
  }

  @Test
  void bug_a_full_scan_that_was_announced_and_not_begun_blocked_the_next_ones() {
    assertThat(jobs.announce("J1", "c1", "all", false)).isEqualTo(NEW);
    later(Duration.ofSeconds(50));
    assertThat(jobs.announce("J2", "c1", "all", false)).isEqualTo(new Announced.Active("J1"));
    later(Duration.ofSeconds(11));
    assertThat(jobs.announce("J2", "c1", "all", false)).isEqualTo(NEW);
    assertThat(job("J1").finished()).isFalse();
    later(Duration.ofSeconds(60));
    assertThat(job("J1").status()).isEqualTo("incomplete");
    assertThat(reason("J1")).isEqualTo("its connector never began to list");
    assertThat(job("J2").finished()).isFalse();
  }

  @Test
  void bug_a_listing_that_fell_silent_kept_its_job_running_for_ever() {
    jobs.announce("J", "c1", "all", false);
    intake.accept("J", files("c1", 2));
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    takeAll(queue, Set.of()).forEach(task -> queue.complete(end(task, Outcome.BENIGN)));
    later(Duration.ofMinutes(9));
    // A connector's report about the job of another connector is ignored.
    listings.alive("c2", List.of("J"));
    assertThat(job("J").finished()).isFalse();
    later(Duration.ofSeconds(61));
    assertThat(job("J").status()).isEqualTo("incomplete");
    assertThat(reason("J")).contains("silent for 10 minutes");
    assertThat(ledger("J").benign()).isEqualTo(2);
    assertThat(jobs.announce("K", "c1", "all", false)).isEqualTo(NEW);
  }

  @Test
  void a_connector_that_reports_its_listing_may_send_nothing_else() {
    jobs.announce("J", "c1", "all", false);
    for (int minutes = 0; minutes < 30; minutes += 5) {
      listings.alive("c1", List.of("J", "unknown"));
      later(Duration.ofMinutes(5));
      assertThat(job("J").finished()).isFalse();
    }
  }

  @Test
  void a_paused_listing_needs_no_sign_of_life() {
    jobs.announce("J", "c1", "all", false);
    intake.accept("J", files("c1", 1));
    jobs.steer("J", Jobs.Verb.PAUSE);
    later(Duration.ofHours(1));
    later(Duration.ofSeconds(10));
    jobs.steer("J", Jobs.Verb.RESUME);
    later(Duration.ofMinutes(9));
    assertThat(job("J").finished()).isFalse();
  }

  @Test
  void bug_a_connector_that_was_uninstalled_in_its_listing_kept_the_job_running_for_ever() {
    jobs.announce("J", "c1", "all", false);
    intake.accept("J", files("c1", 1));
    jobs.steer("J", Jobs.Verb.PAUSE);
    jobs.steer("J", Jobs.Verb.RESUME);
    redis.call(c -> c.del(redis.keys().of(Key.CONNECTOR, "c1")));
    later(Duration.ofMinutes(1));
    assertThat(job("J").enqueueDone()).isFalse();
    later(Duration.ofMinutes(1));
    assertThat(job("J").enqueueDone()).isTrue();
    assertThat(job("J").finished()).as("finished while its file waits for a scan").isFalse();
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    queue.complete(end(queue.take(1, Set.of()).getFirst(), Outcome.BENIGN));
    assertThat(job("J").status()).isEqualTo("incomplete");
    assertThat(reason("J")).isEqualTo("its connector became unavailable while it listed");
  }

  @Test
  void a_listing_that_was_given_up_and_went_on_to_its_end_is_complete_after_all() {
    jobs.announce("J", "c1", "all", false);
    listings.alive("c1", List.of("J"));
    later(Duration.ofMinutes(11));
    assertThat(job("J").status()).isEqualTo("incomplete");
    intake.accept("J", files("c1", 1), null, "key");
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    queue.complete(end(queue.take(1, Set.of()).getFirst(), Outcome.BENIGN));
    assertThat(job("J").status()).isEqualTo("incomplete");
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 0, true, Map.of()));
    assertThat(job("J").status()).isEqualTo("completed");
    assertThat(reason("J")).isEmpty();
  }

  @Test
  void bug_a_core_that_was_down_during_a_listing_reported_its_job_as_completed() {
    ApiPresence first = new ApiPresence(redis, "api");
    first.beat();
    jobs.announce("original", "c1", "all", false);
    jobs.announce("ours", "c2", "all", false);
    intake.accept("original", files("c1", 1));
    intake.accept("ours", files("c2", 1), null, "key");
    // The killed core is back before its presence expires.
    new ApiPresence(redis, "api").beat();
    endAll("original", "ours");
    assertThat(job("original").status()).isEqualTo("incomplete");
    assertThat(reason("original")).contains("the core was unavailable during the listing");
    assertThat(job("ours").status()).isEqualTo("completed");
  }

  @Test
  void a_core_that_stopped_in_order_counts_as_down_unless_another_replica_served() {
    ApiPresence one = new ApiPresence(redis, "one");
    ApiPresence two = new ApiPresence(redis, "two");
    one.beat();
    two.beat();
    jobs.announce("J", "c1", "all", false);
    one.close();
    new ApiPresence(redis, "three").beat();
    assertThat(job("J").fields()).doesNotContainKey("core_away");
    two.close();
    // The third replica was killed: it sends no more heartbeats.
    clock.advance(Duration.ofSeconds(11));
    new ApiPresence(redis, "four").beat();
    assertThat(job("J").fields()).containsKey("core_away");
  }

  @Test
  void a_request_that_redis_made_the_api_refuse_is_missing_from_a_listing_that_does_not_repeat() {
    ApiPresence api = new ApiPresence(redis, "api");
    api.beat();
    jobs.announce("J", "c1", "all", false);
    api.refused("J");
    api.refused("not announced");
    api.beat();
    endAll("J");
    assertThat(job("J").status()).isEqualTo("incomplete");
    assertThat(jobs.find("not announced")).isEmpty();
  }

  void endAll(String... ids) {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    takeAll(queue, Set.of()).forEach(task -> queue.complete(end(task, Outcome.BENIGN)));
    for (String id : ids) {
      jobs.enqueueDone(id, new Jobs.Listed(-1, 0, 0));
      assertThat(job(id).finished()).isTrue();
    }
  }

  @Test
  void bug_an_idle_job_that_was_reopened_completed_at_every_pause() {
    intake.accept("J", files("c1", 1));
    endWork();
    clock.advance(Duration.ofSeconds(61));
    jobs.endIdle(Duration.ofSeconds(60));
    assertThat(job("J").status()).isEqualTo("completed");
    intake.accept("J", files("c1", 1));
    endWork();
    assertThat(job("J").status()).isEqualTo("running");
    clock.advance(Duration.ofSeconds(61));
    jobs.endIdle(Duration.ofSeconds(60));
    assertThat(job("J").status()).isEqualTo("completed");
  }

  void endWork() {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    takeAll(queue, Set.of()).forEach(task -> queue.complete(end(task, Outcome.BENIGN)));
  }

  @Test
  void an_end_of_a_listing_that_comes_late_changes_what_the_job_ended_as() {
    intake.accept("J", files("c1", 1), null, "key");
    endWork();
    clock.advance(Duration.ofSeconds(61));
    jobs.endIdle(Duration.ofSeconds(60));
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 3, true, Map.of()));
    assertThat(job("J").status()).isEqualTo("incomplete");
    assertThat(reason("J")).isEqualTo("3 could not be listed or offered");
  }

  @Test
  void bug_a_scan_with_a_limit_was_taken_for_one_without() {
    jobs.announce("J1", "c1", "limit 5", false);
    listings.alive("c1", List.of("J1"));
    assertThat(jobs.announce("J2", "c1", "all", false)).isEqualTo(new Announced.Differs("J1"));
    assertThat(jobs.announce("J2", "c1", "limit 5", false)).isEqualTo(new Announced.Active("J1"));
    assertThat(jobs.announce("J1", "c1", "limit 5", false)).isEqualTo(new Announced.Active("J1"));
    assertThat(jobs.announce("J3", "c1", "all", true)).isEqualTo(NEW);
    assertThat(jobs.announce("J4", "c2", "all", false)).as("another connector").isEqualTo(NEW);
  }

  @Test
  void bug_a_second_connector_listed_for_the_job_of_the_first() {
    jobs.announce("J", "c1", "all", false);
    assertThat(jobs.announce("J", "c2", "all", true)).isEqualTo(new Announced.Foreign());
    assertThat(job("J").connectorUuid()).isEqualTo("c1");
  }

  @Test
  void bug_files_of_a_cancelled_and_forgotten_job_were_scanned_after_all() {
    jobs.announce("J", "c1", "all", false);
    intake.accept("J", files("c1", 1), null, "1");
    jobs.steer("J", Jobs.Verb.CANCEL);
    assertThat(jobs.deleteFinished()).isEqualTo(1);
    assertThat(jobs.find("J")).isEmpty();
    assertThat(intake.accept("J", files("c1", 1), null, "2"))
        .isEqualTo(new Intake.Answer.Cancelled());
    assertThat(jobs.announce("J", "c1", "all", false)).isEqualTo(new Announced.Used());
    jobs.enqueueDone("J", new Jobs.Listed(1, 0, 0));
    assertThat(jobs.find("J")).as("job created by the end of a listing").isEmpty();
    assertThat(intake.accept("J", files("c1", 1), null, "3"))
        .isInstanceOf(Intake.Answer.Accepted.class);
  }

  @Test
  void a_job_that_is_at_work_is_not_forgotten() {
    intake.accept("J", files("c1", 1));
    assertThat(jobs.deleteFinished()).isZero();
    assertThat(job("J").ledger().accepted()).isEqualTo(1);
  }
}
