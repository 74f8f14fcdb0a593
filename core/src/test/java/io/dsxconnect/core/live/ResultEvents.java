package io.dsxconnect.core.live;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.contract.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Events about files, as the notification stage publishes them, in a random mix. */
public final class ResultEvents {
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());

  private final Random random;
  private final Map<String, Long> outcomes = new TreeMap<>();
  private final List<ScanResult> acting = new ArrayList<>();
  private long records;
  private long events;

  public ResultEvents(long seed) {
    this.random = new Random(seed);
  }

  /** The files so far, by outcome. */
  public Map<String, Long> outcomes() {
    return new TreeMap<>(outcomes);
  }

  public long events() {
    return events;
  }

  /** The next event: a file, the outcome of an earlier file's action, or the state of a job. */
  public String next() {
    events++;
    int kind = random.nextInt(10);
    if (kind == 0) {
      return "{\"type\":\"scan_result\",\"scan_result\":{\"type\":\"job_status\"},\"job\":"
          + job()
          + "}";
    }
    return kind <= 3 && !acting.isEmpty()
        ? amended(acting.remove(random.nextInt(acting.size())))
        : file(OUTCOMES.get(random.nextInt(OUTCOMES.size())));
  }

  /** An event of a new file with this outcome. */
  public String file(Outcome outcome) {
    outcomes.merge(outcome.column(), 1L, Long::sum);
    ScanResult result = result(outcome);
    if (outcome == Outcome.MALICIOUS) {
      acting.add(result);
    }
    return event(Json.text(result));
  }

  private String amended(ScanResult malicious) {
    ItemActionStatus action =
        switch (random.nextInt(3)) {
          case 0 -> ItemActionStatus.of(Status.SUCCESS, "deleted", null, ItemAction.DELETE);
          case 1 -> ItemActionStatus.of(Status.ERROR, "in use", null, ItemAction.DELETE);
          default -> ItemActionStatus.NONE;
        };
    String json = Json.text(malicious.withAction(action));
    return event(json.substring(0, json.length() - 1) + ",\"amended\":true}");
  }

  private String event(String record) {
    return "{\"type\":\"scan_result\",\"scan_result\":"
        + "{\"id\":"
        + ++records
        + record.substring(record.indexOf(','))
        + ",\"job\":"
        + job()
        + "}";
  }

  private String job() {
    return "{\"job_id\":\"J" + random.nextInt(3) + "\",\"status\":\"running\"}";
  }

  private ScanResult result(Outcome outcome) {
    String task = "task-" + records;
    ScanResult failed = ScanResult.of(task, ScanResultStatus.FAILED);
    ScanResult result =
        switch (outcome) {
          case FAILED -> failed;
          case CANCELLED -> ScanResult.of(task, ScanResultStatus.CANCELLED);
          case BENIGN -> judged(task, ScanResponse.BENIGN);
          case MALICIOUS -> judged(task, ScanResponse.MALICIOUS);
          case UNKNOWN -> judged(task, "Suspicious");
          case UNSUPPORTED -> judged(task, ScanResponse.UNSUPPORTED);
          case NON_COMPLIANT -> judged(task, ScanResponse.NON_COMPLIANT);
          case NOT_SCANNED ->
              ScanResult.of(task, ScanResultStatus.NOT_SCANNED)
                  .withVerdict(
                      ScanResponse.unscanned("g", ScanResponse.NOT_SCANNED, "missing", null));
        };
    return result.withRequest(request(task)).withJob("J");
  }

  static ScanRequest request(String task) {
    return ScanRequest.read(
        Fields.ofOwn(
            Json.tree(
                Map.of(
                    "location",
                    "/share/" + task + "-<b>\u202e\n.exe",
                    "metainfo",
                    "m",
                    "size_in_bytes",
                    7,
                    "connector",
                    ConnectorInstance.builder("fs", "http://fs/fs").build()))));
  }

  private static ScanResult judged(String task, String verdict) {
    return ScanResult.of(task, ScanResultStatus.SCANNED)
        .withVerdict(ScanResponse.of("guid", verdict, 5L));
  }
}
