package io.dsxconnect.connector.filesystem;

import io.dsxconnect.connector.ActionPlan;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Deletes malicious files, or moves them into the quarantine. Thread-safe. */
final class FileActions {
  private static final String SUPPORTED = "use nothing, delete, move or movetag";
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(30);

  private final Path root;
  private final Quarantine quarantine;
  private final Lookup files;
  private final Supplier<String> ids;

  /** Opens the file of a request. */
  interface Lookup {
    ContainedFile of(ScanRequest request) throws IOException;
  }

  FileActions(Path root, Quarantine quarantine, Lookup files, Supplier<String> ids) {
    this.root = root;
    this.quarantine = quarantine;
    this.files = files;
    this.ids = ids;
  }

  /** As {@link io.dsxconnect.connector.Repository#obstacle}. */
  Optional<String> obstacle(ItemAction action) {
    return switch (action) {
      case NOTHING -> Optional.empty();
      case NOT_IMPLEMENTED, TAG -> Optional.of(notSupported(action) + "; " + SUPPORTED);
      case DELETE -> writeObstacle();
      case MOVE, MOVE_TAG -> writeObstacle().or(quarantine::obstacle);
    };
  }

  private Optional<String> writeObstacle() {
    return Files.isWritable(root)
        ? Optional.empty()
        : Optional.of(
            Location.of(root)
                + " cannot be written; mount it writable and give this process's user the right to"
                + " change it");
  }

  private static String notSupported(ItemAction action) {
    return "'"
        + action.wire()
        + "' is not supported by the filesystem connector"
        + (action == ItemAction.TAG ? ": a tag alone would leave the file in place" : "");
  }

  ItemActionStatus act(ScanRequest request, ActionPlan plan) {
    return switch (plan.action()) {
      case NOTHING -> status(Status.NOTHING, "No action taken", null, ItemAction.NOTHING);
      case NOT_IMPLEMENTED, TAG ->
          status(Status.ERROR, notSupported(plan.action()), SUPPORTED, ItemAction.NOT_IMPLEMENTED);
      case DELETE, MOVE, MOVE_TAG -> change(request, plan);
    };
  }

  private ItemActionStatus change(ScanRequest request, ActionPlan plan) {
    String filename = plan.filename();
    if (filename != null && !Location.isName(filename)) {
      return status(
          Status.ERROR, "the requested file name is not usable here", null, plan.action());
    }
    try (ContainedFile file = files.of(request)) {
      Optional<Quarantine.Checked> checked = check(file, request.contentSha256());
      if (checked.isEmpty()) {
        return changed(plan);
      }
      if (plan.action() == ItemAction.DELETE) {
        file.delete(checked.get().stamp(), ids.get());
        return status(Status.SUCCESS, "File deleted", null, ItemAction.DELETE);
      }
      if (!isQuarantine(plan.target())) {
        return status(
            Status.ERROR,
            "files are moved to the configured quarantine only",
            Location.of(quarantine.path()),
            plan.action());
      }
      String name =
          filename != null
              ? filename
              : String.valueOf(Location.path(request.location()).orElseThrow().getFileName());
      boolean tagged = plan.action() == ItemAction.MOVE_TAG;
      Quarantine.Moved taken =
          quarantine.moveIn(checked.get(), request, name, tagged ? plan.tags() : Map.of());
      return status(
          Status.SUCCESS,
          tagged ? "File moved and tagged" : "File moved",
          "moved to "
              + Location.of(taken.path())
              + (tagged ? "; the tags are in its note" : "")
              + (taken.remark() == null ? "" : "; " + taken.remark()),
          plan.action());
    } catch (ContainedFile.Replaced e) {
      return e.isRestored()
          ? changed(plan)
          : status(Status.ERROR, String.valueOf(e.getMessage()), null, plan.action());
    } catch (ContainedFolder.NotContained | Quarantine.Unusable e) {
      return status(Status.ERROR, String.valueOf(e.getMessage()), null, plan.action());
    } catch (IOException e) {
      return failed(e, plan.action());
    }
  }

  /** Busy, full or read-only may be temporary, and is retried; a missing permission is not. */
  static ItemActionStatus failed(IOException e, ItemAction action) {
    if (ContainedFile.isGone(e)) {
      return status(Status.ERROR, "File does not exist", null, action);
    }
    String why = action.wire() + " failed: " + TreeWalk.reason(e);
    return e instanceof AccessDeniedException || why.endsWith("Operation not permitted")
        ? status(Status.ERROR, why, null, action)
        : ItemActionStatus.mayPass(why, null, action);
  }

  /**
   * Returns the file if it has the scanned content; else empty. Links, mode and owner may change
   * meanwhile, because other links to the same file are acted on concurrently.
   *
   * @param scanned the SHA-256 of the scanned content; null accepts any content
   */
  private static Optional<Quarantine.Checked> check(ContainedFile file, @Nullable String scanned)
      throws IOException {
    ContainedFile.Stamp stamp = file.stamp();
    String sha256 = file.sha256(stamp, READ_TIMEOUT);
    if (scanned != null && !scanned.equalsIgnoreCase(sha256)) {
      return Optional.empty();
    }
    ContainedFile.Stamp now = file.stamp();
    boolean same =
        now.equals(stamp)
            || (now.differsInStatusAtMost(stamp)
                && sha256.equals(file.sha256(now, READ_TIMEOUT))
                && file.stamp().differsInStatusAtMost(stamp));
    return same ? Optional.of(new Quarantine.Checked(file, stamp, sha256)) : Optional.empty();
  }

  private static ItemActionStatus changed(ActionPlan plan) {
    return ItemActionStatus.fileChanged(
        "the file changed since it was scanned; it was left in place and needs a new scan",
        plan.action());
  }

  private boolean isQuarantine(String target) {
    try {
      return target.isBlank()
          || FilesystemRepository.same(root.resolve(target).normalize(), quarantine.path());
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static ItemActionStatus status(
      Status status, String message, @Nullable String description, ItemAction action) {
    return ItemActionStatus.of(status, message, description, action);
  }
}
