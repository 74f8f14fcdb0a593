package io.dsxconnect.app.command;

import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.process.StallLimit;
import io.dsxconnect.app.view.DryRun;
import io.dsxconnect.app.view.ProgressLine;
import io.dsxconnect.app.view.ReportWriter;
import io.dsxconnect.app.view.ScanTotals;
import io.dsxconnect.app.view.Summary;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.DemoScanner;
import io.dsxconnect.app.wiring.LocalRun;
import io.dsxconnect.connector.filesystem.FilesystemRepository;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.connector.filter.InvalidFilter;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobProgress;
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

/** {@code dsx scan}: one scan of files and folders, with a private pipeline. */
@Command(
    name = "scan",
    mixinStandardHelpOptions = true,
    description =
        "Scans files and folders once with the whole pipeline. Leaves no process and no temporary"
            + " file behind.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:every file was scanned and is clean",
      "1:malicious files were found",
      "2:the scan could not run",
      "3:files or folders could not be scanned, and no malicious file was found"
    },
    footer = {"", "Example: dsx scan /srv/share --report share.ndjson"})
public final class ScanCommand implements Callable<Integer> {
  @Mixin LogOption log = LogOption.forPeople();

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files or folders to scan")
  List<Path> paths = List.of();

  @Mixin ScannerOptions scanner = new ScannerOptions();

  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      defaultValue = "",
      description =
          "Files to scan, for example '*.docx -tmp'; '(?i)*.docx' ignores case; default: all")
  String filter = "";

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description =
          "Write one record per file, then the files and folders left out; .ndjson or .csv")
  @Nullable Path report;

  @Option(names = "--dry-run", description = "Only list the files that would be scanned")
  boolean dryRun;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description =
          "Time without any progress after which the scan gives up waiting for the scanner;"
              + " default: ${DEFAULT-VALUE}")
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
      throw new StartFailure("--patience must be at least 1 second");
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
      if (run.demo()) {
        System.err.println(DemoScanner.NOTICE);
      }
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
    ScanTotals totals = new ScanTotals();
    StallLimit stallLimit =
        new StallLimit(Duration.ofSeconds(patience), run::waitReason, System::nanoTime);
    for (Path path : paths) {
      String id = run.scan(path, filter);
      try (ProgressLine progress = new ProgressLine()) {
        long taken = 0;
        for (boolean last = false; !last; ) {
          Job job = run.job(id);
          last = job.finished();
          progress.show(
              job.ledger(), job.number("total_bytes"), JobProgress.of(job, 0).windowLength());
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
          Optional<String> obstacle = stallLimit.exceeded(taken);
          if (obstacle.isPresent()) {
            throw new StartFailure(
                obstacle.get()
                    + ". Gave up after "
                    + patience
                    + " seconds; --patience sets a longer time");
          }
          LocalRun.pause(100);
        }
      }
    }
    Summary summary = totals.summary(run.demo());
    if (writer != null) {
      if (writer.written() != summary.ledger().accepted()) {
        throw new StartFailure(
            "the report would be incomplete: "
                + writer.written()
                + " records for "
                + summary.ledger().accepted()
                + " files; scan again");
      }
      writer.write(summary.listing());
      writer.complete();
    }
    System.out.print(summary.table());
    return summary.exitCode();
  }
}
