package io.dsxconnect.app.command;

import io.dsxconnect.app.process.Browser;
import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.view.ProgressLine;
import io.dsxconnect.app.view.ScanTotals;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.DemoScanner;
import io.dsxconnect.app.wiring.LocalRun;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.JobProgress;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dsx quickstart}: a first scan without any setup. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    description =
        "Scans a folder (without DIR: a sample folder) with the whole pipeline, then serves its"
            + " API.")
public final class QuickstartCommand implements Callable<Integer> {
  private static final int DEFAULT_PORT = 8586;
  private static final String FIRST_RUN = "/first-run";

  @Mixin LogOption log = LogOption.forPeople();

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "Folder or file to scan")
  @Nullable Path folder;

  @Option(names = "--exit", description = "Exit when the scan has ended")
  boolean exit;

  @Option(names = "--no-browser", description = "Do not open the page about the scan on a desktop")
  boolean noBrowser;

  private final Map<String, String> environment;

  /**
   * @param environment variables of the process, read once at its start
   */
  public QuickstartCommand(Map<String, String> environment) {
    this.environment = environment;
  }

  @Override
  public Integer call() throws IOException {
    if (folder != null && !Files.isReadable(folder)) {
      throw new StartFailure(
          folder
              + (Files.exists(folder) ? " cannot be read" : " does not exist")
              + "; name a readable folder");
    }
    Map<String, String> env = new HashMap<>(environment);
    try (Lifetime life = new Lifetime()) {
      Path scanned = folder;
      if (scanned == null) {
        scanned = LocalRun.temporaryFolder(life, "dsx-sample");
        SampleFolder.fill(scanned);
        env.putIfAbsent(
            "DSXCONNECT_SCANNER__MAX_FILE_SIZE_BYTES", Long.toString(SampleFolder.MAX_FILE_BYTES));
        System.out.println("sample folder: " + scanned);
      }
      LocalRun run = new LocalRun(life, CoreSettings.forLocalRun(env), defaultPortIfFree());
      if (run.demo()) {
        System.out.println(DemoScanner.NOTICE);
      }
      String id = run.scan(scanned, env.getOrDefault("DSXCONNECTOR_FILTER", ""));
      run.showTrial(id, scanned.toAbsolutePath());
      Job job = run.job(id);
      try (ProgressLine progress = new ProgressLine()) {
        while (!job.finished()) {
          LocalRun.pause(100);
          job = run.job(id);
          progress.show(
              job.ledger(), job.number("total_bytes"), JobProgress.of(job, 0).windowLength());
        }
      }
      ScanTotals totals = new ScanTotals();
      totals.add(job);
      run.newestRecord(id).ifPresent(totals::add);
      run.malicious(id, ScanTotals.MAX_MALICIOUS).forEach(totals::add);
      System.out.print(totals.summary(run.demo()).table());
      String api = run.apiUrl() + Routes.API;
      System.out.println(
          "\n  API: " + api + "   (for example " + api + Routes.JOBS + "/" + id + ")");
      if (exit) {
        return 0;
      }
      String page = run.apiUrl() + FIRST_RUN;
      System.out.println("  What this scan shows: " + page);
      System.out.println("  Ctrl-C stops the API.");
      if (!noBrowser) {
        Browser.open(page, environment);
      }
      return run.serve();
    }
  }

  /** The default port, or 0 (any free one) when it is in use. */
  private static int defaultPortIfFree() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(
          new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), DEFAULT_PORT));
      return DEFAULT_PORT;
    } catch (IOException e) {
      return 0;
    }
  }
}
