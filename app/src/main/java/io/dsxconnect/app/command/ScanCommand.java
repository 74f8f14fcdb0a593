package io.dsxconnect.app.command;

import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.process.StallLimit;
import io.dsxconnect.app.view.DryRun;
import io.dsxconnect.app.view.ProgressLine;
import io.dsxconnect.app.view.ReportWriter;
import io.dsxconnect.app.view.ScanTotals;
import io.dsxconnect.app.view.Summary;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.LocalRun;
import io.dsxconnect.connector.filesystem.FilesystemRepository;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.connector.filter.InvalidFilter;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
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
  @Mixin LogOption log = LogOption.forPeople();

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "files or folders")
  List<Path> paths = List.of();

  @Mixin ScannerOptions scanner = new ScannerOptions();

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

  private final Map<String, String> environment;

  /**
   * @param environment variables of the process, read once at its start
   */
  public ScanCommand(Map<String, String> environment) {
    this.environment = environment;
  }

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
    CoreSettings settings = CoreSettings.forLocalRun(environment).withRetain(-1);
    scanner.require(settings);
    try (Lifetime life = new Lifetime()) {
      ReportWriter writer = report == null ? null : life.add(new ReportWriter(report));
      LocalRun run = new LocalRun(life, settings, 0);
      if (writer != null) {
        run.leaveOut(writer.files());
      }
      Optional<String> obstacle = run.scannerObstacle();
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

  private int scan(LocalRun run, @Nullable ReportWriter writer) {
    long start = System.nanoTime();
    ScanTotals totals = new ScanTotals();
    StallLimit left =
        new StallLimit(Duration.ofSeconds(patience), run::waitReason, System::nanoTime);
    for (Path path : paths) {
      String id = run.scan(path, filter);
      try (ProgressLine progress = new ProgressLine()) {
        long taken = 0;
        for (boolean last = false; !last; ) {
          Job job = run.job(id);
          last = job.finished();
          progress.show(job.ledger(), job.number("total_bytes"));
          taken +=
              run.drainRecords(
                  id,
                  taken,
                  record -> {
                    totals.add(record);
                    if (writer != null) {
                      writer.write(record);
                    }
                  });
          if (last) {
            totals.add(job);
            continue;
          }
          Optional<String> obstacle = left.exceeded(taken);
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
}
