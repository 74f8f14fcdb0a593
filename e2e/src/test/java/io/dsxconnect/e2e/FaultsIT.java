package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./dsx test --faults}: full scans while parts are killed and frozen at random. In every
 * case the job ends, every file has one record, malicious files are found and clean ones are
 * Benign. The first violation ends the run.
 */
@EnabledIfSystemProperty(named = "dsx.faults.seeds", matches = "[1-9][0-9]*")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsIT {
  private static final int SEEDS = Integer.getInteger("dsx.faults.seeds", 1);
  private static final long SEED =
      Long.getLong("dsx.faults.seed", System.currentTimeMillis() / 1000);
  private static final int FILES = Integer.getInteger("dsx.faults.files", 10_000);
  private static final int MALICIOUS = FILES / 100;

  /**
   * Longer than the promised duration, so a slow job is reported as slow, not as one without end.
   */
  private static final Duration JOB_TIMEOUT = Duration.ofMinutes(10);

  private Path asset;
  private Path quarantine;
  private Set<String> clean = Set.of();
  private Deployment deployment;
  private Fleet fleet;

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    asset = TestFiles.small(temp.resolve("asset"), FILES - MALICIOUS);
    clean = TestFiles.in(asset);
    quarantine = Files.createDirectories(temp.resolve("quarantine")).toRealPath();
    deployment =
        new Deployment(temp)
            .set("DSXCONNECT_WORKERS__SCAN_REQUEST_MAX_RETRIES", "5")
            .set("DSXCONNECT_RESULTS_DB__RETAIN", "" + 10 * FILES);
    fleet =
        new Fleet(
            deployment,
            asset,
            Map.of(
                "DSXCONNECTOR_ITEM_ACTION",
                "move",
                "DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO",
                quarantine.toString()));
  }

  @AfterAll
  void stop() {
    fleet.close();
  }

  @Test
  void no_fault_loses_a_file_duplicates_it_or_reports_it_clean_unread() throws Exception {
    // The first round warms up; the second gives the duration that limits the others.
    round("warming up", List.of(), JOB_TIMEOUT.toMillis());
    long undisturbed = round("undisturbed", List.of(), JOB_TIMEOUT.toMillis());
    for (long seed = SEED; seed < SEED + SEEDS; seed++) {
      List<Fault> faults = Fault.random(new SplittableRandom(seed), undisturbed);
      round("seed " + seed, faults, 2 * undisturbed + faults.size() * 15_000L);
    }
  }

  /** Runs one full scan; returns its duration in milliseconds. */
  private long round(String name, List<Fault> faults, long maxMillis) throws Exception {
    infect();
    String connector = deployment.api.connector(Fleet.NAME);
    String job = deployment.api.fullScan(connector);
    long begun = System.nanoTime();
    List<CompletableFuture<Void>> running = faults.stream().map(this::schedule).toList();
    String outcome = "VIOLATION: ";
    long millis;
    try {
      JsonNode view =
          Awaitility.await(name + ": the job ends")
              .atMost(JOB_TIMEOUT)
              .pollInterval(Duration.ofMillis(200))
              .ignoreExceptions()
              .until(
                  () -> deployment.api.job(job), v -> !v.path("finished_at").asText("").isEmpty());
      millis = (System.nanoTime() - begun) / 1_000_000;
      running.forEach(CompletableFuture::join);
      fleet.ready();
      verify(job, view, faults);
      assertThat(millis).as("%s: milliseconds until the end", name).isLessThan(maxMillis);
      outcome = "ok, " + view.path("status").asText() + " " + Ledger.of(view).ended() + " files";
    } catch (RuntimeException | Error e) {
      outcome += String.valueOf(e.getMessage()).lines().limit(3).collect(Collectors.joining(" "));
      throw e;
    } finally {
      System.out.printf(
          "%s: %s -> %s, %.1f s (at most %.0f s)%n",
          name,
          faults.isEmpty()
              ? "no faults"
              : faults.stream().map(Fault::toString).collect(Collectors.joining(", ")),
          outcome,
          (System.nanoTime() - begun) / 1e9,
          maxMillis / 1e3);
    }
    return millis;
  }

  private CompletableFuture<Void> schedule(Fault fault) {
    return CompletableFuture.runAsync(
            () -> {
              if (fault.kill()) {
                fleet.kill(fault.part());
              } else {
                fleet.freeze(fault.part());
              }
            },
            in(fault.atMillis()))
        .thenRunAsync(
            () -> {
              if (fault.kill()) {
                fleet.start(fault.part());
              } else {
                fleet.thaw(fault.part());
              }
            },
            in(fault.forMillis()));
  }

  private static Executor in(long millis) {
    return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS);
  }

  /** The malicious files of the next scan: those of the last one were moved away. */
  private void infect() throws IOException {
    for (Path folder : List.of(quarantine, asset.resolve("infected"))) {
      Files.createDirectories(folder);
      try (var old = Files.walk(folder)) {
        for (Path file : old.filter(Files::isRegularFile).toList()) {
          Files.delete(file);
        }
      }
    }
    for (int i = 0; i < MALICIOUS; i++) {
      Files.writeString(
          asset.resolve("infected").resolve(i + ".com"),
          new String(TestFiles.eicar(), StandardCharsets.US_ASCII) + i);
    }
  }

  private void verify(String job, JsonNode view, List<Fault> faults) throws IOException {
    Ledger ledger = Ledger.of(view);
    String state = view.path("status").asText() + " " + ledger;
    assertThat(ledger.balanced()).as(state).isTrue();
    assertThat(ledger.pending()).as(state).isZero();
    assertThat(ledger.benign() + ledger.malicious()).as(state).isEqualTo(ledger.accepted());
    if (ledger.accepted() < FILES) {
      // Only a killed connector shortens its listing, and then the job is incomplete.
      assertThat(view.path("status").asText()).as(state).isEqualTo("incomplete");
      assertThat(faults).as(state).anyMatch(f -> f.kill() && f.part() == Fleet.Part.CONNECTOR);
    }

    List<Result> results = deployment.api.results(job);
    assertThat(results).as("records").hasSize((int) ledger.accepted());
    assertThat(results).extracting(Result::task).doesNotHaveDuplicates();
    assertThat(results).extracting(Result::location).doesNotHaveDuplicates();
    Set<String> benign = new TreeSet<>();
    Set<String> moved = new TreeSet<>();
    for (Result result : results) {
      assertThat(result.verdict())
          .as(result.toString())
          .isEqualTo(clean.contains(result.location()) ? "Benign" : "Malicious");
      if (result.verdict().equals("Benign")) {
        benign.add(result.location());
      } else if (result.status().equals("action succeeded")) {
        moved.add(result.location());
      }
    }
    assertThat(clean).containsAll(benign);
    if (ledger.accepted() == FILES) {
      assertThat(benign).hasSameSizeAs(clean);
    }
    Set<String> left = TestFiles.in(asset.resolve("infected"));
    assertThat(left).as("files reported as moved").doesNotContainAnyElementsOf(moved);
    long quarantined =
        TestFiles.in(quarantine).stream().filter(file -> !file.endsWith(".json")).count();
    assertThat(left.size() + quarantined)
        .as("malicious files in the asset or in quarantine")
        .isEqualTo(MALICIOUS);
  }
}
