package io.dsxconnect.app.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.dsxconnect.app.view.PartFile;
import io.dsxconnect.app.view.Table;
import io.dsxconnect.contract.ReportRow;
import io.dsxconnect.contract.Routes;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code dsx results}: the records of the core behind an API. */
@Command(
    name = "results",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists and exports the records of scanned files.",
    footer = {"", "Example: dsx results export --job ID --format csv --out job.csv"})
public final class ResultsCommand {

  @Command(mixinStandardHelpOptions = true, description = "Lists records, newest first.")
  int list(
      @Mixin Remote remote,
      @Option(names = "--job", paramLabel = "ID", description = "Only records of this job")
          @Nullable String job,
      @Option(
              names = "--connector",
              paramLabel = "UUID",
              description = "Only records of this connector")
          @Nullable String connector,
      @Option(
              names = "--verdict",
              paramLabel = "VERDICT",
              description = "Only records with this verdict, for example Malicious")
          @Nullable String verdict,
      @Option(
              names = "--status",
              paramLabel = "STATUS",
              description = "Only records with this status, for example 'not scanned'")
          @Nullable String status,
      @Option(
              names = "--text",
              paramLabel = "TEXT",
              description = "Only records whose location or hash contains this text")
          @Nullable String text,
      @Option(
              names = "--since",
              paramLabel = "TIME",
              description = "Only records since this time: ISO-8601, or seconds since the epoch")
          @Nullable String since,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "100",
              description = "Records at most; default: ${DEFAULT-VALUE}")
          int limit) {
    ArrayNode results = JsonNodeFactory.instance.arrayNode();
    String cursor = "";
    do {
      // The API ends a search that takes long, and returns the cursor with which it goes on.
      Remote.Answer part =
          remote.getFor(
              "X-Search-Cursor",
              Routes.RESULTS,
              "job_id",
              job,
              "connector",
              connector,
              "verdict",
              verdict,
              "status",
              status,
              "text",
              text,
              "since",
              since,
              "cursor",
              cursor.isEmpty() ? null : cursor,
              "limit",
              limit - results.size());
      part.body().forEach(results::add);
      cursor = part.header();
    } while (!cursor.isEmpty() && results.size() < limit);
    if (remote.json) {
      Remote.print(results);
      return 0;
    }
    Table table = new Table("ID", "VERDICT", "STATUS", "LOCATION", "REASON");
    for (JsonNode r : results) {
      table.row(
          Table.text(r, "id"),
          Table.text(r.path("verdict"), "verdict"),
          Table.text(r, "status"),
          Table.text(r.path("scan_request"), "location"),
          reason(r));
    }
    table.print();
    return 0;
  }

  private static String reason(JsonNode result) {
    JsonNode action = result.path("item_action");
    String reason = Table.text(result, "reason");
    return action.path("status").asText().equals("error")
        ? ReportRow.withFailure(
            reason, Table.text(action, "message"), Table.text(action, "description"))
        : reason;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Exports all records of a job as NDJSON or CSV.")
  int export(
      @Mixin Remote remote,
      @Option(names = "--job", paramLabel = "ID", required = true, description = "The job")
          String job,
      @Option(
              names = "--format",
              paramLabel = "FORMAT",
              defaultValue = "ndjson",
              description = "Format: ndjson or csv; default: ${DEFAULT-VALUE}")
          String format,
      @Option(
              names = "--out",
              paramLabel = "FILE",
              description = "File to write; default: standard output")
          @Nullable Path out)
      throws IOException {
    String path = JobsCommand.path(job) + "/export";
    String pruned;
    if (out == null) {
      pruned = remote.download(Remote.terminal(), "X-Records-Pruned", path, "format", format);
      System.out.flush();
    } else {
      pruned = toFile(remote, out, path, format);
    }
    if (!pruned.isEmpty() && !pruned.equals("0")) {
      System.err.println(
          pruned + " older records of this job were deleted (DSXCONNECT_RESULTS_DB__RETAIN)");
      return 3;
    }
    return 0;
  }

  private static String toFile(Remote remote, Path out, String path, String format)
      throws IOException {
    try (PartFile file = new PartFile(out)) {
      String pruned = remote.download(file.out(), "X-Records-Pruned", path, "format", format);
      file.complete();
      return pruned;
    }
  }
}
