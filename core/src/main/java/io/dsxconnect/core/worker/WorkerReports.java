package io.dsxconnect.core.worker;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reports of the live workers of all processes, at most 1,000. A worker without a heartbeat for
 * 30 s is no longer listed. Every method blocks for Redis and throws {@link
 * io.dsxconnect.core.redis.RedisUnavailableException} when it does not answer. Thread-safe.
 */
@ThreadSafe
public final class WorkerReports {
  private static final Logger log = LoggerFactory.getLogger(WorkerReports.class);

  /** Every listing reads each worker. */
  static final int MAX_WORKERS = 1000;

  private static final Duration SILENT_AFTER = Duration.ofSeconds(30);

  private final Redis redis;

  public WorkerReports(Redis redis) {
    this.redis = redis;
  }

  /**
   * Stores a report, which is also the worker's heartbeat.
   *
   * @return false if there are 1,000 other workers; then it is not stored
   */
  boolean publish(WorkerReport report) {
    WorkerReport.Identity worker = report.identity();
    return run(worker.id(), worker.queue(), Json.text(report)) == 1;
  }

  /** Removes a worker that stops. */
  void remove(String id) {
    long ignored = run(id, "", "");
  }

  private long run(String id, String queue, String report) {
    return redis.runInteger(
        Script.HEARTBEAT, id, report, silentMillis(), Integer.toString(MAX_WORKERS), queue);
  }

  private static String silentMillis() {
    return Long.toString(SILENT_AFTER.toMillis());
  }

  /**
   * When a worker last served a queue, also one that stopped since.
   *
   * @param now of Redis' clock, in ms since the epoch
   * @param lastBeat of any worker of the queue, in ms since the epoch; 0 when none is known
   */
  public record Served(long now, long lastBeat) {}

  /** When a worker last served a queue. */
  public Served lastServed(String queue) {
    List<Object> answer = redis.runList(Script.UNSERVED, queue);
    return new Served((Long) answer.get(0), (Long) answer.get(1));
  }

  /** The live workers, by queue, host and id. A malformed report is skipped. */
  public List<LiveWorker> live() {
    List<Object> found = redis.runList(Script.LIVE, silentMillis());
    List<LiveWorker> workers = new ArrayList<>();
    for (int i = 0; i < found.size(); i += 2) {
      long seen = (long) (Double.parseDouble(found.get(i).toString()) / 1000);
      String json = found.get(i + 1).toString();
      try {
        workers.add(
            new LiveWorker(
                ReportJson.read(Json.parseOwn(json.getBytes(StandardCharsets.UTF_8))), seen));
      } catch (InvalidInput e) {
        log.warn("a worker's report is malformed and is skipped: {}", e.getMessage());
      }
    }
    workers.sort(
        Comparator.comparing((LiveWorker w) -> w.report().identity().queue())
            .thenComparing(w -> w.report().identity().host())
            .thenComparing(w -> w.report().identity().id()));
    return workers;
  }
}
