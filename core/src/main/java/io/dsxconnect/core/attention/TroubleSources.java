package io.dsxconnect.core.attention;

import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Backlogs;
import io.dsxconnect.core.job.EndedJobs;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.record.Results;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.siem.SiemOutbox;
import io.dsxconnect.core.summary.ConnectorSummaries;
import io.dsxconnect.core.worker.LiveWorker;
import io.dsxconnect.core.worker.ScannerStatus;
import io.dsxconnect.core.worker.WorkerReports;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
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
    return List.of(
        new RecordTrouble(counts(new Results(redis)), clock, nanos),
        new ScannerTrouble(() -> ScannerStatus.of(workers.live(), configured.scanner())),
        new WorkerTrouble(pipeline(redis, workers)),
        new DeadLetterTrouble(letters(new DeadLetters(redis))),
        new RedisTrouble(redis.memory()::ratio, redis.memory().highWater()),
        new ConnectorTrouble(summaries::inTrouble),
        new JobTrouble(new EndedJobs(redis)::incomplete, clock, nanos),
        new SyslogTrouble(new SiemOutbox(redis), configured.syslog()));
  }

  private static WorkerTrouble.Pipeline pipeline(Redis redis, WorkerReports workers) {
    return new WorkerTrouble.Pipeline() {
      @Override
      public List<LiveWorker> workers() {
        return workers.live();
      }

      @Override
      public Backlogs.Backlog backlog(Stage stage) {
        return Backlogs.of(redis, stage);
      }

      @Override
      public WorkerReports.Served lastServed(String queue) {
        return workers.lastServed(queue);
      }
    };
  }

  private static DeadLetterTrouble.Letters letters(DeadLetters deadLetters) {
    return new DeadLetterTrouble.Letters() {
      @Override
      public long count(Stage stage) {
        return deadLetters.count(stage);
      }

      @Override
      public OptionalLong oldestAt(Stage stage) {
        return deadLetters.oldestAt(stage);
      }

      @Override
      public OptionalLong newestAt(Stage stage) {
        return deadLetters.newestAt(stage);
      }
    };
  }

  private static RecordTrouble.RecordCounts counts(Results results) {
    return new RecordTrouble.RecordCounts() {
      @Override
      public long failedActions() {
        return results.failedActions();
      }

      @Override
      public long unconfirmedActions() {
        return results.unconfirmedActions();
      }

      @Override
      public long withoutVerdict(long since) {
        return results.withoutVerdict(since);
      }

      @Override
      public boolean complete() {
        return results.countsComplete();
      }
    };
  }
}
