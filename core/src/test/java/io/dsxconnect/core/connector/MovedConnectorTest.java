package io.dsxconnect.core.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ConnectorStatus;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.RawConnector;
import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.RunningStages;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Intake;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A registered connector is called at its registered address; other addresses do not delay it. */
class MovedConnectorTest extends RedisFixture {
  static final String EICAR =
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE" + "!$H+H*";

  /** An address without a listener. */
  static final String NOWHERE = "http://127.0.0.1:1/evil";

  final Deque<AutoCloseable> open = new ArrayDeque<>();
  final String uuid = UUID.randomUUID().toString();
  Registry registry;
  Jobs jobs;

  @BeforeEach
  void start() {
    registry = new Registry(redis, InstantSource.system(), "dev", url -> false);
    jobs = new Jobs(redis);
    opened(new RunningStages(server));
  }

  <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  @AfterEach
  void stop() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }

  RawConnector connector() {
    return opened(
        new RawConnector(
            location -> RawConnector.file(location.equals("eicar") ? EICAR : "nothing bad")));
  }

  ConnectorInstance at(String url) {
    return ConnectorInstance.builder("c", url).uuid(uuid).status(ConnectorStatus.READY).build();
  }

  /** Accepts a file; returns its job. */
  String accept(String location, String url, @Nullable Long size) {
    String job = UUID.randomUUID().toString();
    ScanRequest request =
        ScanRequest.of(location, location).withConnector(at(url), url).withSize(size);
    new Intake(redis, () -> UUID.randomUUID().toString()).accept(job, List.of(request));
    jobs.enqueueDone(job, new Jobs.Listed(1, 0, 0));
    return job;
  }

  Ledger ended(String job) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> jobs.find(job).map(Job::finished).orElse(false));
    return jobs.find(job).orElseThrow().ledger();
  }

  @Test
  void bug_a_connector_that_comes_back_elsewhere_is_read_there_also_for_what_waited() {
    RawConnector before = connector();
    registry.register(at(before.url()));
    assertThat(ended(accept("a", before.url(), null)).benign()).isEqualTo(1);

    before.close();
    String waiting = accept("b", before.url(), null);
    RawConnector after = connector();
    registry.register(at(after.url()));

    assertThat(ended(waiting).benign()).isEqualTo(1);
    assertThat(ended(accept("c", after.url(), null)).benign()).isEqualTo(1);
    assertThat(after.asked).contains("b", "c");
  }

  @Test
  void bug_what_waits_for_an_address_that_is_given_up_goes_on_at_the_new_one() {
    String waiting = accept("a", NOWHERE, null);
    String other = accept("b", NOWHERE, null);
    RawConnector after = connector();
    registry.register(at(after.url()));
    assertThat(ended(waiting).benign()).isEqualTo(1);
    assertThat(ended(other).benign()).isEqualTo(1);
  }

  @Test
  void
      bug_a_request_that_names_another_address_for_a_registered_connector_is_read_where_it_registered() {
    RawConnector real = connector();
    RawConnector evil = connector();
    registry.register(at(real.url()));
    assertThat(ended(accept("eicar", evil.url(), null)).malicious()).isEqualTo(1);
    assertThat(evil.asked).isEmpty();
    // One read and one action.
    assertThat(real.asked).containsExactly("eicar", "eicar");
  }

  @Test
  void bug_nobody_holds_up_a_connector_by_naming_it_with_an_address_where_nobody_answers() {
    RawConnector real = connector();
    String evil = accept("evil", NOWHERE, null);
    assertThat(ended(accept("a", real.url(), null)).benign()).isEqualTo(1);
    assertThat(ended(accept("b", real.url(), null)).benign()).isEqualTo(1);
    assertThat(jobs.find(evil).orElseThrow().ledger().pending()).isEqualTo(1);
  }
}
