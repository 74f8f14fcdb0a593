package io.dsxconnect.core.attention;

import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.EndedJobs;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.siem.SiemOutbox;
import io.dsxconnect.core.summary.ConnectorSummaries;
import io.dsxconnect.core.worker.ScannerStatus;
import io.dsxconnect.core.worker.WorkerReports;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/** Makes the sources of trouble from the stores of a process. */
public final class TroubleSources {
  private TroubleSources() {}

  /**
   * What the settings of this process name.
   *
   * @param scanner whether they name a scanner
   * @param syslog whether they name a log collector
   */
  public record Configured(boolean scanner, boolean syslog) {}

  /**
   * All sources over one Redis.
   *
   * @param nanos a monotonic clock, in nanoseconds
   */
  public static List<TroubleSource> all(
      Redis redis,
      Registry registry,
      Configured configured,
      InstantSource clock,
      LongSupplier nanos) {
    WorkerReports workers = new WorkerReports(redis);
    ConnectorSummaries summaries = ConnectorSummaries.of(redis, registry);
    DeadLetters deadLetters = new DeadLetters(redis);
    Jobs jobs = new Jobs(redis);
    return List.of(
        new RecordTrouble(counts(new Results(redis)), clock, nanos),
        new ScannerTrouble(() -> ScannerStatus.of(workers.live(), configured.scanner())),
        new WorkerTrouble(jobs::backlog, workers::live, nanos),
        new DeadLetterTrouble(deadLetters::count),
        new RedisTrouble(redis.memory()::ratio, redis.memory().highWater()),
        new ConnectorTrouble(summaries::all),
        new JobTrouble(new EndedJobs(redis)::incomplete, clock, nanos),
        new SyslogTrouble(new SiemOutbox(redis), configured.syslog()));
  }

  private static RecordTrouble.RecordCounts counts(Results results) {
    return new RecordTrouble.RecordCounts() {
      @Override
      public long failedActions() {
        return results.failedActions();
      }

      @Override
      public long withoutVerdict(long since) {
        return results.withoutVerdict(since);
      }
    };
  }
}
