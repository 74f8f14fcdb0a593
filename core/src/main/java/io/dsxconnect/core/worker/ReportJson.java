package io.dsxconnect.core.worker;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Reads a stored report. A worker of another version may lack a field, which then reads as 0. */
final class ReportJson {
  private ReportJson() {}

  static WorkerReport read(JsonNode report) {
    JsonNode identity = report.path("identity");
    JsonNode load = report.path("load");
    JsonNode ended = report.path("ended");
    return new WorkerReport(
        new WorkerReport.Identity(
            identity.path("id").asText(),
            identity.path("host").asText(),
            identity.path("pid").asLong(),
            identity.path("queue").asText(),
            identity.path("version").asText(),
            identity.path("started_at").asLong()),
        new WorkerReport.Load(
            load.path("tasks").asInt(),
            load.path("limit").asInt(),
            load.path("limit_min").asInt(),
            load.path("limit_max").asInt()),
        new WorkerReport.Ended(
            ended.path("done").asLong(),
            ended.path("failed").asLong(),
            ended.path("rate").asDouble()),
        scanner(report.path("scanner")));
  }

  private static @Nullable ScannerReport scanner(JsonNode scanner) {
    if (!scanner.isObject()) {
      return null;
    }
    JsonNode instance = scanner.path("instance");
    JsonNode recent = scanner.path("recent");
    JsonNode latency = recent.path("latency");
    return new ScannerReport(
        ScannerState.of(scanner.path("state").asText()),
        scanner.path("since").asLong(),
        text(scanner.path("reason")),
        scanner.path("breaker_open").asBoolean(),
        new ScannerReport.Instance(
            instance.path("address").asText(),
            text(instance.path("engine")),
            instance.path("demo").asBoolean()),
        new ScannerReport.Recent(
            recent.path("busy_per_minute").asInt(),
            recent.path("files_per_minute").asInt(),
            recent.path("failed_per_minute").asInt(),
            latency.isObject()
                ? new ScannerReport.Latency(
                    latency.path("p50").asDouble(), latency.path("p95").asDouble())
                : null));
  }

  private static @Nullable String text(JsonNode value) {
    return value.isTextual() ? value.asText() : null;
  }
}
