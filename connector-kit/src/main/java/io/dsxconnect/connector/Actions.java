package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
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
 * Resolves and carries out item actions. One with an {@code action_id} happens at most once: a
 * repeat, even at the same time or after a restart, gets the first outcome. One whose outcome a
 * kill has hidden is carried out again only if the file is still there; else the answer is {@code
 * nothing}, {@value #UNCONFIRMED}.
 */
final class Actions {
  private static final Logger log = LoggerFactory.getLogger(Actions.class);
  private static final String UNCONFIRMED = "outcome unconfirmed";

  private final Repository repository;
  private final ConnectorSettings settings;
  private final Supplier<ItemAction> usual;
  private final ActionJournal journal;
  private final Map<String, CompletableFuture<ItemActionStatus>> done;
  private final Set<String> unconfirmed = ConcurrentHashMap.newKeySet();
  private final ActedOn actedOn = new ActedOn(this::outcomeOf);

  /**
   * @param usual what is done unless a request says otherwise
   */
  Actions(Repository repository, ConnectorSettings settings, Supplier<ItemAction> usual) {
    this.repository = repository;
    this.settings = settings;
    this.usual = usual;
    this.journal = new ActionJournal(settings.dataDir().resolve("actions.ndjson"));
    this.done =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(
              Map.Entry<String, CompletableFuture<ItemActionStatus>> eldest) {
            return size() > ActionJournal.REMEMBERED;
          }
        };
    journal.read().forEach(this::remember);
  }

  private @Nullable CompletableFuture<ItemActionStatus> outcomeOf(String id) {
    synchronized (done) {
      return done.get(id);
    }
  }

  private void remember(String id, ActionJournal.Known known) {
    if (known.outcome() == null) {
      unconfirmed.add(id);
      return;
    }
    done.put(id, CompletableFuture.completedFuture(known.outcome()));
    if (known.file() != null) {
      actedOn.remember(known.file(), id);
    }
  }

  ItemActionStatus act(ScanRequest request) {
    String id = request.actionId();
    if (id == null) {
      return carryOut(request, null);
    }
    CompletableFuture<ItemActionStatus> mine = new CompletableFuture<>();
    CompletableFuture<ItemActionStatus> first;
    synchronized (done) {
      first = done.putIfAbsent(id, mine);
    }
    if (first != null) {
      return first.join();
    }
    ItemActionStatus outcome = failed("the action failed", null);
    try {
      outcome = unconfirmed.contains(id) && isGone(request) ? hidden() : carryOut(request, id);
      return outcome;
    } finally {
      if (outcome.status() == Status.ERROR) {
        // Nothing happened, so a repeat may try again.
        synchronized (done) {
          done.remove(id);
        }
      }
      mine.complete(outcome);
    }
  }

  private boolean isGone(ScanRequest request) {
    return switch (repository.open(request)) {
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

  private ItemActionStatus hidden() {
    return ItemActionStatus.of(
        Status.NOTHING,
        UNCONFIRMED,
        "the file is gone; the connector was killed while it acted on it",
        usual.get());
  }

  /** Nothing is known to have happened, and the cause may pass: the core tries again. */
  private ItemActionStatus failed(String message, @Nullable String description) {
    return ItemActionStatus.mayPass(message, description, usual.get());
  }

  /**
   * @param id null when a repeat need not be known
   */
  private ItemActionStatus carryOut(ScanRequest request, @Nullable String id) {
    ActionPlan plan = plan(request.requestedAction());
    if (plan == null) {
      return ItemActionStatus.of(
          Status.ERROR, "the requested action is not known", null, ItemAction.NOT_IMPLEMENTED);
    }
    // What has no effect needs no journal: a repeat may as well do nothing again.
    if (id == null || plan.action() == ItemAction.NOTHING) {
      return act(request, plan);
    }
    try {
      journal.intend(id);
    } catch (IOException e) {
      log.error("no action is taken, because it cannot be noted: {}", e.toString());
      return failed(
          "no action was taken: the connector cannot write its journal", "see the connector's log");
    }
    String file = ActedOn.file(request);
    ItemActionStatus outcome = file == null ? act(request, plan) : act(request, plan, id, file);
    try {
      boolean succeeded = outcome.status() == Status.SUCCESS;
      journal.outcome(id, new ActionJournal.Known(outcome, succeeded ? file : null));
      unconfirmed.remove(id);
    } catch (IOException e) {
      log.error("a restart will not know the outcome of an action: {}", e.toString());
    }
    return outcome;
  }

  private ItemActionStatus act(ScanRequest request, ActionPlan plan, String id, String file) {
    String earlier = actedOn.before(file, id);
    ItemActionStatus outcome = act(request, plan);
    if (outcome.status() != Status.SUCCESS) {
      actedOn.forget(file, id);
    }
    return earlier != null && outcome.status() == Status.ERROR && isGone(request)
        ? ItemActionStatus.of(
            Status.NOTHING, "already acted on by " + earlier, null, outcome.itemAction())
        : outcome;
  }

  private ItemActionStatus act(ScanRequest request, ActionPlan plan) {
    try {
      return repository.act(request, plan);
    } catch (RuntimeException e) {
      log.error("an action failed", e);
      return failed("the action failed", e.getClass().getSimpleName());
    }
  }

  /** What was asked for, else what is configured; null when what was asked for is not known. */
  private @Nullable ActionPlan plan(@Nullable RequestedAction requested) {
    String type = requested == null ? null : requested.type();
    if (requested == null || type == null || type.isBlank()) {
      return new ActionPlan(usual.get(), settings.actionTarget(), null, tags(usual.get()));
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
