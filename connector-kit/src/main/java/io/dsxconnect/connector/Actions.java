package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.RequestedAction;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import io.dsxconnect.http.StartFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Resolves and carries out item actions. One with an {@code action_id} happens at most once: a
 * repeat, even at the same time or after a restart, gets the first outcome.
 */
final class Actions {
  private static final int REMEMBERED = 100_000;

  private final Repository repository;
  private final ConnectorSettings settings;
  private final Path journal;
  private final Map<String, CompletableFuture<ItemActionStatus>> done =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<String, CompletableFuture<ItemActionStatus>> eldest) {
          return size() > REMEMBERED;
        }
      };

  Actions(Repository repository, ConnectorSettings settings) {
    this.repository = repository;
    this.settings = settings;
    this.journal = settings.dataDir().resolve("actions.ndjson");
    remember();
  }

  private void remember() {
    if (!Files.exists(journal)) {
      return;
    }
    try {
      List<String> lines = Files.readAllLines(journal);
      for (String line : lines.subList(Math.max(0, lines.size() - REMEMBERED), lines.size())) {
        JsonNode entry = Json.parse(line.getBytes(StandardCharsets.UTF_8));
        done.put(
            entry.path("id").asText(),
            CompletableFuture.completedFuture(ItemActionStatus.read(entry.path("outcome"))));
      }
    } catch (IOException e) {
      throw new StartFailure("cannot read " + journal + ": " + e.getMessage(), e);
    } catch (InvalidInput e) {
      // The last line of a process that was killed may be half: that action's outcome was never
      // told.
      return;
    }
  }

  ItemActionStatus act(ScanRequest request) {
    String id = request.actionId();
    if (id == null) {
      return carryOut(request);
    }
    CompletableFuture<ItemActionStatus> mine = new CompletableFuture<>();
    CompletableFuture<ItemActionStatus> first;
    synchronized (done) {
      first = done.putIfAbsent(id, mine);
    }
    if (first != null) {
      return first.join();
    }
    ItemActionStatus outcome = carryOut(request);
    if (outcome.status() == Status.ERROR) {
      // Nothing happened, so a repeat may try again.
      synchronized (done) {
        done.remove(id);
      }
    } else {
      note(id, outcome);
    }
    mine.complete(outcome);
    return outcome;
  }

  private void note(String id, ItemActionStatus outcome) {
    byte[] line =
        (Json.text(Map.of("id", id, "outcome", outcome)) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      Files.write(
          journal,
          line,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
    } catch (IOException e) {
      org.slf4j.LoggerFactory.getLogger(Actions.class)
          .error(
              "cannot write {}: a restart would not know action {}: {}",
              journal,
              id,
              e.getMessage());
    }
  }

  private ItemActionStatus carryOut(ScanRequest request) {
    try {
      ActionPlan plan = plan(request.requestedAction());
      if (plan == null) {
        return ItemActionStatus.of(
            Status.ERROR, "the requested action is not known", null, ItemAction.NOT_IMPLEMENTED);
      }
      return repository.act(request, plan);
    } catch (RuntimeException e) {
      org.slf4j.LoggerFactory.getLogger(Actions.class).error("an action failed", e);
      return ItemActionStatus.of(
          Status.ERROR, "the action failed", e.getClass().getSimpleName(), settings.itemAction());
    }
  }

  /** What was asked for, else what is configured; null when what was asked for is not known. */
  private @Nullable ActionPlan plan(@Nullable RequestedAction requested) {
    String type = requested == null ? null : requested.type();
    if (requested == null || type == null || type.isBlank()) {
      return new ActionPlan(
          settings.itemAction(), settings.actionTarget(), null, tags(settings.itemAction()));
    }
    String wire = type.strip().toLowerCase(Locale.ROOT).replace("move_tag", "movetag");
    for (ItemAction action : ItemAction.values()) {
      if (action.wire().equals(wire)) {
        JsonNode to = requested.destination();
        String target = text(to, "path", text(to, "prefix", settings.actionTarget()));
        String filename = text(to, "filename", "");
        Map<String, String> tags = requested.tags();
        return new ActionPlan(
            action,
            target,
            filename.isEmpty() ? null : filename,
            tags == null || tags.isEmpty() ? tags(action) : tags);
      }
    }
    return null;
  }

  private static Map<String, String> tags(ItemAction action) {
    return action == ItemAction.TAG || action == ItemAction.MOVE_TAG
        ? Map.of("Verdict", "Malicious")
        : Map.of();
  }

  private static String text(@Nullable JsonNode node, String name, String otherwise) {
    String value = node == null ? "" : node.path(name).asText("");
    return value.isBlank() ? otherwise : value;
  }
}
