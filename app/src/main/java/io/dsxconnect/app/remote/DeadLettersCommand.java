package io.dsxconnect.app.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.app.view.Table;
import io.dsxconnect.settings.StartFailure;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code dsx dead-letters}: the dead letters of the core behind an API. */
@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists, replays and discards dead letters: the tasks that a core gave up.")
public final class DeadLettersCommand {
  private static final String BASE = "/admin/dead-letter";
  private static final String TYPES = "scan_request, verdict_action or scan_result";

  @Command(
      mixinStandardHelpOptions = true,
      description = "Counts dead letters, or lists those of a type.")
  int list(
      @Mixin Remote remote,
      @Parameters(arity = "0..1", paramLabel = "TYPE", description = "Type: " + TYPES)
          @Nullable String type,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "50",
              description = "Dead letters at most; default: ${DEFAULT-VALUE}")
          int limit) {
    if (type == null) {
      JsonNode stats = remote.get(BASE + "/stats");
      if (remote.json) {
        Remote.print(stats);
        return 0;
      }
      Table table = new Table("TYPE", "DEAD LETTERS");
      stats
          .path("queues")
          .properties()
          .forEach(queue -> table.row(queue.getKey(), Table.text(queue.getValue(), "length")));
      table.print();
      return 0;
    }
    JsonNode items =
        remote.get(
            BASE + "/items/" + Remote.encoded(type), "end", Math.max(0, Math.min(100, limit - 1)));
    if (remote.json) {
      Remote.print(items);
      return 0;
    }
    Table table = new Table("TASK", "REASON", "DETAILS", "LOCATION");
    for (JsonNode item : items.path("items")) {
      table.row(
          Table.text(item.path("chain"), "scan_request_task_id"),
          Table.text(item, "reason"),
          Table.text(item, "error_details"),
          Table.text(item.path("payload").path("scan_request"), "location"));
    }
    table.print();
    return 0;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Replays dead letters: their tasks run again.")
  int replay(
      @Mixin Remote remote,
      @Parameters(
              arity = "0..1",
              paramLabel = "TYPE",
              description = "Type: " + TYPES + "; default: all")
          @Nullable String type,
      @Option(
              names = "--max",
              paramLabel = "N",
              description = "Dead letters at most, from 1 to 1000; needs TYPE")
          @Nullable Integer max) {
    if (type == null && max != null) {
      throw new StartFailure("--max needs a TYPE: " + TYPES);
    }
    JsonNode answer =
        type == null
            ? remote.post(BASE + "/requeue")
            : remote.post(BASE + "/requeue/" + Remote.encoded(type), "max_items", max);
    if (remote.json) {
      Remote.print(answer);
      return 0;
    }
    Table table = new Table("TYPE", "REPLAYED", "LEFT");
    long gone = 0;
    long cancelled = 0;
    for (JsonNode queue : type == null ? answer.path("results") : List.of(answer)) {
      table.row(
          Table.text(queue, "queue_type"),
          Table.text(queue, "requeued_count"),
          Table.text(queue, "remaining_count"));
      gone += queue.path("job_gone_count").asLong();
      cancelled += queue.path("job_cancelled_count").asLong();
    }
    table.print();
    if (gone > 0) {
      System.out.println("not replayed, because their job is not kept any more: " + gone);
    }
    if (cancelled > 0) {
      System.out.println("not replayed, because their job was cancelled: " + cancelled);
    }
    return 0;
  }

  @Command(
      mixinStandardHelpOptions = true,
      description = "Discards the dead letters of a type, which cannot be undone.")
  int clear(
      @Mixin Remote remote,
      @Parameters(paramLabel = "TYPE", description = "Type: " + TYPES) String type,
      @Option(names = "--yes", description = "Confirm: discarded dead letters cannot be restored")
          boolean yes) {
    if (!yes) {
      throw new StartFailure(
          "clear discards dead letters, which cannot be undone; add --yes to confirm");
    }
    JsonNode answer = remote.delete(BASE + "/clear/" + Remote.encoded(type));
    System.out.println(
        remote.json ? answer.toString() : Table.text(answer, "cleared_count") + " discarded");
    return 0;
  }
}
