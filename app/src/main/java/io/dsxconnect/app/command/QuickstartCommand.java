package io.dsxconnect.app.command;

import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.app.view.ProgressLine;
import io.dsxconnect.app.wiring.CoreSettings;
import io.dsxconnect.app.wiring.LocalRun;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.record.ResultQuery;
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

@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    description =
        "Scans a folder (without DIR: a sample) through the whole pipeline, then serves its API.")
public final class QuickstartCommand implements Callable<Integer> {
  private static final int USUAL_PORT = 8586;

  @Mixin LogOption log = new LogOption();

  @Parameters(arity = "0..1", paramLabel = "DIR", description = "a folder or file")
  @Nullable Path folder;

  @Option(names = "--exit", description = "end when the scan has ended")
  boolean exit;

  @Override
  public Integer call() throws IOException {
    if (folder != null && !Files.isReadable(folder)) {
      throw new StartFailure(
          folder
              + (Files.exists(folder) ? " cannot be read" : " does not exist")
              + "; name a folder that can be read");
    }
    Map<String, String> env = new HashMap<>(System.getenv());
    try (Lifetime life = new Lifetime()) {
      Path scanned = folder;
      if (scanned == null) {
        scanned = LocalRun.folder(life, "dsx-sample");
        SampleFolder.fill(scanned);
        env.putIfAbsent(
            "DSXCONNECT_SCANNER__MAX_FILE_SIZE_BYTES", Long.toString(SampleFolder.LIMIT));
        System.out.println("sample folder: " + scanned);
      }
      LocalRun run = new LocalRun(life, CoreSettings.forLocalRun(env), freeOrAny());
      if (run.demo()) {
        System.out.println(
            "no scanner is configured: the stand-in judges. It is NOT a scanner: it knows the EICAR test string only.");
      }
      long start = System.nanoTime();
      String id = run.scan(scanned, env.getOrDefault("DSXCONNECTOR_FILTER", ""));
      Job job = run.job(id);
      try (ProgressLine progress = new ProgressLine()) {
        while (!job.finished()) {
          LocalRun.pause(100);
          job = run.job(id);
          progress.show(job.ledger(), job.number("total_bytes"));
        }
      }
      ScanCommand.Totals totals = new ScanCommand.Totals();
      totals.add(job);
      run.platform.results.ofJob(id, 1).forEach(totals::see);
      run.platform.results.find(malicious(id), ScanCommand.SHOWN).forEach(totals::see);
      System.out.print(totals.summary((System.nanoTime() - start) / 1e9, run.demo()).table());
      String api = run.apiUrl() + Routes.API;
      System.out.println(
          "\n  API: " + api + "   (for example " + api + Routes.JOBS + "/" + id + ")");
      if (exit) {
        return 0;
      }
      System.out.println("  Ctrl-C ends it.");
      return run.serve();
    }
  }

  private static ResultQuery malicious(String job) {
    return ResultQuery.ofJob(job).matching(ResultQuery.Filter.ofVerdict(ScanResponse.MALICIOUS));
  }

  private static int freeOrAny() {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(
          new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), USUAL_PORT));
      return USUAL_PORT;
    } catch (IOException e) {
      return 0;
    }
  }
}
