package io.dsxconnect.app.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.app.view.ListingNotes;
import io.dsxconnect.app.view.ProgressLine;
import io.dsxconnect.app.view.Summary;
import io.dsxconnect.app.view.Table;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.settings.StartFailure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dsx jobs}: the jobs of the core behind an API. */
@Command(
    name = "jobs",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Starts, watches, pauses, resumes and cancels the jobs of a core.",
    footer = {"", "Example: dsx jobs start filesystem-connector --watch --url http://core:8586"})
public final class JobsCommand {
  private static final long POLL_MILLIS = 1_000;

  /** How long the API may be unavailable while a job is watched. */
  private static final Duration MAX_OUTAGE = Duration.ofMinutes(10);

  @Command(mixinStandardHelpOptions = true, description = "Lists jobs, newest first.")
  int list(
      @Mixin Remote remote,
      @Option(
              names = "--status",
              paramLabel = "STATUS",
              description =
                  "Only jobs that are running, paused, cancelled, completed or incomplete, or"
                      + " active: running or paused")
          @Nullable String status,
      @Option(
              names = "--connector",
              paramLabel = "UUID",
              description = "Only jobs of this connector")
          @Nullable String connector,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "50",
              description = "Jobs at most; default: ${DEFAULT-VALUE}")
          int limit) {
    JsonNode jobs =
        remote.get(Routes.JOBS, "status", status, "connector", connector, "limit", limit);
    if (remote.json) {
      Remote.print(jobs);
      return 0;
    }
    Table table =
        new Table(
            "JOB", "STATUS", "STARTED", "ENDED", "OF", "MALICIOUS", "NOT SCANNED", "BALANCED");
    for (JsonNode view : jobs) {
      RemoteJob job = new RemoteJob(view);
      Ledger ledger = job.ledger();
      table.row(
          job.id(),
          job.status(),
          Table.time(view, "started_at"),
          "" + ledger.ended(),
          "" + ledger.accepted(),
          "" + ledger.malicious(),
          "" + (ledger.ended() - ledger.scanned()),
          ledger.balanced() ? "yes" : "NO");
    }
    table.print();
    return 0;
  }

  @Command(mixinStandardHelpOptions = true, description = "Shows the ledger of a job.")
  int show(@Mixin Remote remote, @Parameters(paramLabel = "JOB") String id) {
    RemoteJob job = find(remote, id);
    print(remote, job, summary(job));
    return 0;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Starts a full scan of a connector and prints the job's id.",
      exitCodeListHeading = "Exit codes with --watch:%n",
      exitCodeList = {
        "0:every file was scanned and is clean",
        "1:malicious files were found",
        "2:the scan could not run",
        "3:files or folders could not be scanned, and no malicious file was found"
      })
  int start(
      @Mixin Remote remote,
      @Parameters(paramLabel = "CONNECTOR", description = "UUID, or a unique name")
          String connector,
      @Option(names = "--limit", paramLabel = "N", description = "Files at most; default: all")
          @Nullable Long limit,
      @Option(names = "--force", description = "Start although a full scan is active already")
          boolean force,
      @Option(names = "--watch", description = "Show the progress until the job has ended")
          boolean watch) {
    String uuid = ConnectorsCommand.uuidOf(remote, connector);
    String id =
        remote
            .postFor(
                "X-Job-Id",
                Routes.CONNECTORS + Routes.FULL_SCAN + "/" + uuid,
                "limit",
                limit,
                "force",
                force ? "true" : null,
                "started_by",
                "command line")
            .header();
    System.out.println(id);
    return watch ? watch(remote, id) : 0;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description =
          "Shows the progress of a job until it has ended. Exit codes: as with 'start --watch'.")
  int watch(@Mixin Remote remote, @Parameters(paramLabel = "JOB") String id) {
    RemoteJob job = find(remote, id);
    JobWatch watch =
        new JobWatch(
            () -> find(remote, id),
            MAX_OUTAGE,
            System::nanoTime,
            line -> System.err.println("dsx: " + line));
    try (ProgressLine progress = new ProgressLine()) {
      while (!job.finished()) {
        Thread.sleep(POLL_MILLIS);
        RemoteJob now = watch.poll();
        if (now != null) {
          job = now;
          progress.show(job.ledger(), job.number("total_bytes"), job.windowLength());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 2;
    }
    Summary summary = summary(job);
    print(remote, job, summary);
    int found = summary.exitCode();
    // An incomplete listing or a cancelled job leaves files that were not scanned.
    return found == 0 && !job.status().equals("completed") ? 3 : found;
  }

  @Command(mixinStandardHelpOptions = true, description = "Pauses a job.")
  int pause(@Mixin Remote remote, @Parameters(paramLabel = "JOB") String id) {
    return control(remote, id, "pause");
  }

  @Command(mixinStandardHelpOptions = true, description = "Resumes a paused job.")
  int resume(@Mixin Remote remote, @Parameters(paramLabel = "JOB") String id) {
    return control(remote, id, "resume");
  }

  @Command(mixinStandardHelpOptions = true, description = "Cancels a job.")
  int cancel(@Mixin Remote remote, @Parameters(paramLabel = "JOB") String id) {
    return control(remote, id, "cancel");
  }

  private static int control(Remote remote, String id, String verb) {
    JsonNode answer = remote.post(path(id) + "/" + verb);
    if (remote.json) {
      Remote.print(answer);
    }
    return 0;
  }

  private static RemoteJob find(Remote remote, String id) {
    return new RemoteJob(remote.get(path(id)));
  }

  static String path(String id) {
    if (id.isBlank() || id.contains("/")) {
      throw new StartFailure(
          "not a job's id: '" + Printable.of(id) + "'; 'dsx jobs list' shows the ids");
    }
    return Routes.JOBS + "/" + Remote.encoded(id);
  }

  private static void print(Remote remote, RemoteJob job, Summary summary) {
    if (remote.json) {
      System.out.println(job.view());
      return;
    }
    System.out.print(summary.table());
    String actions = job.actions();
    if (!actions.isEmpty()) {
      System.out.println("  item actions: " + actions);
    }
    System.out.println("  files: dsx results list --job " + Printable.of(job.id()));
    String reason = Table.text(job.view(), "reason");
    if (!reason.isEmpty()) {
      System.out.println("  " + job.status() + ": " + Printable.of(reason));
    } else if (!job.status().equals("completed")) {
      System.out.println("  " + job.status());
    }
  }

  private static Summary summary(RemoteJob job) {
    return new Summary(
        job.ledger(),
        job.number("total_bytes"),
        job.windowLength(),
        null,
        false,
        List.of(),
        ListingNotes.of(
            job.view().path("left_out"),
            job.number("listing_errors"),
            job.view().path("listing_error_samples")));
  }
}
