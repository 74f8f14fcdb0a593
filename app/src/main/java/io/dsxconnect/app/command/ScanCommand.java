package io.dsxconnect.app.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.process.StallLimit;
import io.dsxconnect.app.view.DryRun;
import io.dsxconnect.app.view.ListingNotes;
import io.dsxconnect.app.view.ProgressLine;
import io.dsxconnect.app.view.ReportWriter;
import io.dsxconnect.app.view.Summary;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.LocalRun;
import io.dsxconnect.connector.filesystem.FilesystemRepository;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.connector.filter.InvalidFilter;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "scan",
    mixinStandardHelpOptions = true,
    description =
        "Scans files and folders once, through the whole pipeline, and leaves nothing behind.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:every file was scanned and is clean",
      "1:malicious files were found",
      "2:it could not run",
      "3:something could not be scanned, and nothing malicious was found"
    },
    footer = {"", "Example: dsx scan /srv/share --report share.ndjson"})
public final class ScanCommand implements Callable<Integer> {
  private static final int PAGE = 500;
  static final int SHOWN = 20;

  @Mixin LogOption log = new LogOption();

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "files or folders")
  List<Path> paths = List.of();

  @Option(
      names = "--demo",
      description = "without a configured scanner use the stand-in, which is NOT a scanner")
  boolean demo;

  @Option(
      names = "--filter",
      paramLabel = "F",
      defaultValue = "",
      description = "which files, for example '*.docx -tmp'; '(?i)*.docx' ignores case")
  String filter = "";

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "one record per file, then what was left out; .ndjson or .csv")
  @Nullable Path report;

  @Option(names = "--dry-run", description = "only list what would be scanned")
  boolean dryRun;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "how long the scanner may be away before the scan is given up")
  int patience;

  @Override
  public Integer call() throws IOException {
    if (patience < 1) {
      throw new StartFailure("--patience: must be at least 1 second");
    }
    Filter parsed;
    try {
      parsed = Filter.parse(filter);
    } catch (InvalidFilter e) {
      throw new StartFailure("--filter: " + e.getMessage(), e);
    }
    for (Path path : paths) {
      if (!Files.isReadable(path)) {
        throw new StartFailure(path + (Files.exists(path) ? " cannot be read" : " does not exist"));
      }
    }
    if (dryRun) {
      return dryRun(parsed);
    }
    CoreSettings settings = CoreSettings.forLocalRun(System.getenv()).withRetain(-1);
    if (settings.scanner().base() == null && !demo) {
      throw new StartFailure(
          "no scanner is configured; set DSXCONNECT_SCANNER__BASE_URL, or try --demo, which uses a stand-in that is NOT a scanner");
    }
    try (Lifetime life = new Lifetime()) {
      ReportWriter writer = report == null ? null : life.add(new ReportWriter(report));
      LocalRun run = new LocalRun(life, settings, 0);
      if (writer != null) {
        run.leaveOut(writer.files());
      }
      Optional<String> obstacle = run.platform.scannerObstacle();
      if (obstacle.isPresent()) {
        throw new StartFailure(obstacle.get());
      }
      return scan(run, writer);
    }
  }

  private int dryRun(Filter parsed) {
    DryRun listing = new DryRun();
    for (Path path : paths) {
      new FilesystemRepository(path, Path.of(".dsx-none"), Clock.systemUTC(), () -> "")
          .list(parsed, listing);
    }
    System.err.println(listing.files() + " files would be scanned");
    listing.notes().lines().forEach(line -> System.err.println("  " + Printable.of(line)));
    return listing.notes().errors() == 0 ? 0 : 3;
  }

  private int scan(LocalRun run, @Nullable ReportWriter writer) throws IOException {
    long start = System.nanoTime();
    Totals totals = new Totals();
    StallLimit left =
        new StallLimit(Duration.ofSeconds(patience), run.platform::whyFilesWait, System::nanoTime);
    for (Path path : paths) {
      String id = run.scan(path, filter);
      try (ProgressLine progress = new ProgressLine()) {
        long taken = 0;
        for (boolean last = false; !last; ) {
          Job job = run.job(id);
          last = job.finished();
          progress.show(job.ledger(), job.number("total_bytes"));
          taken += drain(run, id, taken, totals, writer);
          if (last) {
            totals.add(job);
            continue;
          }
          Optional<String> obstacle = left.usedUpBy(taken);
          if (obstacle.isPresent()) {
            throw new StartFailure(
                obstacle.get()
                    + ". Given up after "
                    + patience
                    + " seconds; --patience waits longer");
          }
          LocalRun.pause(100);
        }
      }
    }
    Summary summary = totals.summary((System.nanoTime() - start) / 1e9, run.demo());
    if (writer != null) {
      if (writer.written() != summary.ledger().accepted()) {
        throw new StartFailure(
            "the report has "
                + writer.written()
                + " records for "
                + summary.ledger().accepted()
                + " files");
      }
      writer.write(summary.listing());
      writer.complete();
    }
    System.out.print(summary.table());
    return summary.exitCode();
  }

  /**
   * Writes what was recorded since, then forgets it: memory does not grow with the number of files.
   */
  private static long drain(
      LocalRun run, String job, long from, Totals totals, @Nullable ReportWriter writer)
      throws IOException {
    long taken = 0;
    while (true) {
      List<ScanResult> page = run.platform.results.page(job, from + taken, PAGE);
      if (page.isEmpty()) {
        return taken;
      }
      for (ScanResult result : page) {
        totals.see(result);
        if (writer != null) {
          writer.write(result);
        }
      }
      run.platform.results.forget(page);
      taken += page.size();
    }
  }

  /** Sums over all paths. */
  static final class Totals {
    private final List<String> malicious = new ArrayList<>();
    private final Map<Outcome, Long> columns = new EnumMap<>(Outcome.class);
    private long accepted;
    private long pending;
    private long bytes;
    private ListingNotes listing = ListingNotes.NONE;
    private String engine = "none";

    void see(ScanResult result) {
      if (result.scanner() != null) {
        engine = result.scanner();
      }
      if (result.outcome() == Outcome.MALICIOUS
          && malicious.size() < SHOWN
          && result.scanRequest() != null) {
        malicious.add(result.scanRequest().location());
      }
    }

    void add(Job job) {
      Ledger ledger = job.ledger();
      accepted += ledger.accepted();
      pending += ledger.pending();
      bytes += job.number("total_bytes");
      listing =
          listing.plus(
              ListingNotes.of(
                  json(job.text("left_out", "{}")),
                  job.number("listing_errors"),
                  json(job.text("listing_error_samples", "[]"))));
      for (Outcome outcome : Outcome.values()) {
        columns.merge(outcome, job.number(outcome.column()), Long::sum);
      }
    }

    /** As the core stores it, in a field of the job. */
    private static JsonNode json(String text) {
      try {
        return Json.parseOwn(text.getBytes(StandardCharsets.UTF_8));
      } catch (InvalidInput e) {
        throw new IllegalStateException("the job holds what is no JSON", e);
      }
    }

    private long column(Outcome outcome) {
      return columns.getOrDefault(outcome, 0L);
    }

    Summary summary(double seconds, boolean demo) {
      Ledger ledger = Ledger.of(accepted, this::column, pending);
      return new Summary(ledger, bytes, seconds, engine, demo, malicious, listing);
    }
  }
}
