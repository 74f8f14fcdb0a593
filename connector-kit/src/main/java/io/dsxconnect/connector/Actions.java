package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.RequestedAction;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves and carries out item actions. An action with an {@code action_id} takes effect at most
 * once: a repeat, even a concurrent one or one after a restart, gets the first outcome. An action
 * whose outcome was lost in a kill runs again only if the file still exists; otherwise the answer
 * is an unconfirmed outcome. An outcome with status {@code error} means that nothing happened, so a
 * repeat runs the action again. Thread-safe.
 */
@ThreadSafe
final class Actions {
  private static final Logger log = LoggerFactory.getLogger(Actions.class);

  private final Repository repository;
  private final ConnectorSettings settings;
  private final Supplier<ItemAction> configuredAction;
  private final ActionJournal journal;
  private final Map<String, CompletableFuture<ItemActionStatus>> outcomes;
  private final Set<String> unconfirmed = ConcurrentHashMap.newKeySet();
  private final FirstActions firstActions = new FirstActions(this::outcomeOf);

  /**
   * @param configuredAction supplies the action for requests that name none
   */
  Actions(
      Repository repository, ConnectorSettings settings, Supplier<ItemAction> configuredAction) {
    this.repository = repository;
    this.settings = settings;
    this.configuredAction = configuredAction;
    this.journal = new ActionJournal(settings.dataDir().resolve("actions.ndjson"));
    this.outcomes =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(
              Map.Entry<String, CompletableFuture<ItemActionStatus>> eldest) {
            return size() > ActionJournal.MAX_ACTIONS;
          }
        };
    journal.read().forEach(this::restore);
  }

  private @Nullable CompletableFuture<ItemActionStatus> outcomeOf(String id) {
    synchronized (outcomes) {
      return outcomes.get(id);
    }
  }

  private void restore(String id, ActionJournal.RecordedAction action) {
    if (action.outcome() == null) {
      unconfirmed.add(id);
      return;
    }
    outcomes.put(id, CompletableFuture.completedFuture(action.outcome()));
    if (action.file() != null) {
      firstActions.remember(action.file(), id);
    }
  }

  ItemActionStatus act(ScanRequest request) {
    String id = request.actionId();
    if (id == null) {
      return execute(request, null);
    }
    CompletableFuture<ItemActionStatus> pending = new CompletableFuture<>();
    CompletableFuture<ItemActionStatus> first;
    synchronized (outcomes) {
      first = outcomes.putIfAbsent(id, pending);
    }
    if (first != null) {
      return first.join();
    }
    ItemActionStatus outcome = retryableError("the action failed", null);
    try {
      outcome =
          unconfirmed.contains(id) && isGone(request) ? unconfirmedOutcome() : execute(request, id);
      return outcome;
    } finally {
      if (outcome.status() == Status.ERROR) {
        synchronized (outcomes) {
          outcomes.remove(id);
        }
      }
      pending.complete(outcome);
    }
  }

  /** Whether the repository says that the file does not exist; false if it cannot say. */
  private boolean isGone(ScanRequest request) {
    Opened opened;
    try {
      opened = repository.open(request);
    } catch (RuntimeException e) {
      log.warn("opening {} failed", Printable.of(request.location()), e);
      return false;
    }
    return switch (opened) {
      case Opened.Missing missing -> true;
      case Opened.Content content -> {
        try {
          content.stream().close();
        } catch (IOException e) {
          log.warn("closing {} failed: {}", Printable.of(request.location()), e.toString());
        }
        yield false;
      }
      case Opened.Denied denied -> false;
      case Opened.Unavailable unavailable -> false;
    };
  }

  private ItemActionStatus unconfirmedOutcome() {
    return ItemActionStatus.unconfirmed(
        "the file is gone; the connector was killed during the action", configuredAction.get());
  }

  /** The action had no known effect, and the cause may be temporary: the core retries. */
  private ItemActionStatus retryableError(String message, @Nullable String description) {
    return ItemActionStatus.mayPass(message, description, configuredAction.get());
  }

  /**
   * @param id null when repeats need not be recognized
   */
  private ItemActionStatus execute(ScanRequest request, @Nullable String id) {
    ActionPlan plan = plan(request.requestedAction());
    if (plan == null) {
      return ItemActionStatus.of(
          Status.ERROR, "the requested action is unknown", null, ItemAction.NOT_IMPLEMENTED);
    }
    if (!settings.permissions().allows(plan.action(), configuredAction.get())) {
      return refused(request, plan.action(), id);
    }
    // An action without effect needs no journal entry: repeating it is harmless.
    if (id == null || plan.action() == ItemAction.NOTHING) {
      return callRepository(request, plan);
    }
    try {
      journal.recordIntent(id);
    } catch (IOException e) {
      log.error("no action taken: cannot write the action journal: {}", e.toString());
      return retryableError(
          "no action was taken: the connector cannot write its journal", "see the connector's log");
    }
    String file = FirstActions.fileKey(request);
    ItemActionStatus outcome =
        file == null ? callRepository(request, plan) : actOnFile(request, plan, id, file);
    try {
      boolean succeeded = outcome.status() == Status.SUCCESS;
      journal.recordOutcome(id, new ActionJournal.RecordedAction(outcome, succeeded ? file : null));
      unconfirmed.remove(id);
    } catch (IOException e) {
      log.error(
          "the outcome of an action was not recorded and is lost at a restart: {}", e.toString());
    }
    return outcome;
  }

  /** The operator decides what happens to files; the journal keeps what was asked for. */
  private ItemActionStatus refused(ScanRequest request, ItemAction action, @Nullable String id) {
    log.warn(
        "refused to {} {}: the operator did not allow this action; see {}",
        action.wire(),
        Printable.of(request.location()),
        Permissions.ACTIONS_SETTING);
    ItemActionStatus outcome =
        ItemActionStatus.of(
            Status.ERROR,
            "the connector's operator does not allow the action '" + action.wire() + "'",
            "nothing was done; it can be allowed with " + Permissions.ACTIONS_SETTING,
            action);
    if (id != null) {
      try {
        journal.recordOutcome(id, new ActionJournal.RecordedAction(outcome, null));
      } catch (IOException e) {
        log.error("a refused action was not recorded: {}", e.toString());
      }
    }
    return outcome;
  }

  private ItemActionStatus actOnFile(ScanRequest request, ActionPlan plan, String id, String file) {
    String earlier = firstActions.earlierSuccess(file, id);
    ItemActionStatus outcome = callRepository(request, plan);
    if (outcome.status() != Status.SUCCESS) {
      firstActions.forget(file, id);
    }
    return earlier != null && outcome.status() == Status.ERROR && isGone(request)
        ? ItemActionStatus.alreadyActedOn(earlier, outcome.itemAction())
        : outcome;
  }

  private ItemActionStatus callRepository(ScanRequest request, ActionPlan plan) {
    ItemActionStatus outcome;
    try {
      outcome = repository.act(request, plan);
    } catch (RuntimeException e) {
      log.error("an action failed", e);
      outcome = retryableError("the action failed", e.getClass().getSimpleName());
    }
    return outcome.status() == Status.ERROR && outcome.fileChanged() == null
        ? outcome.withFileGone(isGone(request))
        : outcome;
  }

  /** The requested action, else the configured one; null when the requested one is unknown. */
  private @Nullable ActionPlan plan(@Nullable RequestedAction requested) {
    String type = requested == null ? null : requested.type();
    if (requested == null || type == null || type.isBlank()) {
      return new ActionPlan(
          configuredAction.get(), settings.actionTarget(), null, tags(configuredAction.get()));
    }
    String wire = type.strip().toLowerCase(Locale.ROOT).replace("move_tag", "movetag");
    for (ItemAction action : ItemAction.values()) {
      if (action.wire().equals(wire)) {
        JsonNode to = requested.destination();
        String target = textOr(to, "path", textOr(to, "prefix", settings.actionTarget()));
        String filename = textOr(to, "filename", "");
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

  private static String textOr(@Nullable JsonNode node, String name, String otherwise) {
    String value = node == null ? "" : node.path(name).asText("");
    return value.isBlank() ? otherwise : value;
  }
}
