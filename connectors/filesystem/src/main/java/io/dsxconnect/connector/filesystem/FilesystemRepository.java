package io.dsxconnect.connector.filesystem;

import io.dsxconnect.connector.ActionPlan;
import io.dsxconnect.connector.LeftOut;
import io.dsxconnect.connector.Listing;
import io.dsxconnect.connector.Opened;
import io.dsxconnect.connector.RepoCheck;
import io.dsxconnect.connector.Repository;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.connector.filter.InvalidFilter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import io.dsxconnect.http.StartFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A folder, or one file, of this machine. */
public final class FilesystemRepository implements Repository {
  private static final String SUPPORTED = "use nothing, delete, move or movetag";
  private static final Duration LONGEST_READING = Duration.ofMinutes(30);

  private final Path asset;
  private final Path root;
  private final Predicate<Path> own;
  private final Quarantine quarantine;
  private final Kept kept;
  private final Leftovers leftovers;
  private final @Nullable MountMemory mounts;
  private final Supplier<String> ids;

  /**
   * What is looked after.
   *
   * @param asset a folder or a regular file; a link to one is resolved once, at the start
   * @param quarantine where {@code move} puts files unless told otherwise; a relative one lies in
   *     the asset
   * @param data where the key is kept that seals the quarantine's notes; null when nothing is to
   *     outlive this process
   * @param own files and folders of the product itself, by their real paths, which listings leave
   *     out
   */
  public record Place(Path asset, Path quarantine, @Nullable Path data, Predicate<Path> own) {}

  /** A repository that remembers nothing when the process ends, and has no files of its own. */
  public FilesystemRepository(
      Path asset, Path quarantineFolder, InstantSource clock, Supplier<String> ids) {
    this(new Place(asset, quarantineFolder, null, path -> false), clock, ids);
  }

  /**
   * @throws StartFailure when the asset cannot be read, or is its own quarantine, or the data
   *     folder cannot be written
   */
  public FilesystemRepository(Place place, InstantSource clock, Supplier<String> ids) {
    try {
      this.asset = place.asset().toRealPath();
    } catch (IOException e) {
      throw new StartFailure(
          place.asset() + ": " + Walk.why(e) + "; name a folder that can be read", e);
    }
    Path parent = this.asset.getParent();
    this.root = Files.isDirectory(this.asset) || parent == null ? this.asset : parent;
    Path folder = this.root.resolve(place.quarantine()).normalize();
    if (same(folder, this.root)) {
      throw new StartFailure(
          "the quarantine "
              + Location.of(folder)
              + " is the asset itself; what is put there would be found again; name a folder in it"
              + " or elsewhere");
    }
    this.own = place.own();
    this.ids = ids;
    Seal seal = place.data() == null ? Seal.forThisProcess() : Seal.in(place.data());
    this.quarantine = new Quarantine(this.root, folder, seal, clock, ids);
    this.kept = new Kept(this.root, folder, seal);
    this.leftovers = new Leftovers(this.root, folder, seal, clock);
    this.mounts = place.data() == null ? null : new MountMemory(this.asset, place.data());
    leftovers.remove();
  }

  /** Text does not tell: names may differ in case only, or a folder be mounted twice. */
  private static boolean same(Path a, Path b) {
    try {
      return a.equals(b) || Files.isSameFile(a, b);
    } catch (IOException e) {
      // One of them is not there.
      return false;
    }
  }

  @Override
  public String asset() {
    return Location.of(asset);
  }

  @Override
  public RepoCheck check(int preview) {
    if (!Files.isReadable(asset)) {
      return new RepoCheck(
          false, asset() + " cannot be read; check that it exists and its permissions", List.of());
    }
    List<String> shown = new ArrayList<>();
    if (preview > 0) {
      list(everything(), new Preview(preview, shown));
    }
    return new RepoCheck(true, asset() + " can be read", shown);
  }

  private static Filter everything() {
    try {
      return Filter.parse("");
    } catch (InvalidFilter e) {
      throw new IllegalStateException("the empty filter is valid", e);
    }
  }

  private record Preview(int most, List<String> shown) implements Listing {
    @Override
    public boolean file(Item item) {
      shown.add(item.location());
      return shown.size() < most;
    }

    @Override
    public void skipped(String location, String reason) {
      // A preview shows what would be scanned.
    }

    @Override
    public void leftOut(LeftOut kind, String location) {
      // As above.
    }

    @Override
    public void failed(String location, String reason) {
      // The full scan tells it.
    }
  }

  @Override
  public void list(Filter filter, Listing listing) {
    leftovers.remove();
    if (mounts != null) {
      mounts.complaint().ifPresent(why -> listing.failed(asset(), why));
    }
    new Walk(asset, own, kept, filter, listing).run();
  }

  private ContainedFile contained(ScanRequest request) throws IOException {
    Path path = Location.path(request.location()).orElse(null);
    if (path == null || (!root.equals(asset) && !path.equals(asset))) {
      throw new ContainedFolder.NotContained("File lies outside the asset");
    }
    return new ContainedFile(root, path);
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker")
  public Opened open(ScanRequest request) {
    ContainedFile file;
    try {
      file = contained(request);
    } catch (IOException e) {
      return failure(e);
    }
    boolean handedOver = false;
    try {
      if (!file.attributes().isRegularFile()) {
        return new Opened.Denied("not a regular file");
      }
      Reading reading = Reading.of(file);
      Opened opened = new Opened.Content(reading, reading.size(), reading::requireUnchanged);
      handedOver = true;
      return opened;
    } catch (IOException e) {
      return failure(e);
    } finally {
      if (!handedOver) {
        close(file);
      }
    }
  }

  private static Opened failure(IOException e) {
    if (e instanceof ContainedFolder.NotContained) {
      return new Opened.Denied(String.valueOf(e.getMessage()));
    }
    if (ContainedFile.isGone(e)) {
      return new Opened.Missing("File not found");
    }
    if (e instanceof AccessDeniedException) {
      return new Opened.Denied("permission denied");
    }
    return new Opened.Unavailable("cannot be read: " + Walk.why(e));
  }

  private static void close(ContainedFile file) {
    try {
      file.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("closing a folder", e);
    }
  }

  @Override
  public Optional<String> obstacle(ItemAction action) {
    return switch (action) {
      case NOTHING -> Optional.empty();
      case NOT_IMPLEMENTED, TAG -> Optional.of(notSupported(action) + "; " + SUPPORTED);
      case DELETE -> unwritable();
      case MOVE, MOVE_TAG -> unwritable().or(quarantine::obstacle);
    };
  }

  private Optional<String> unwritable() {
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

  @Override
  public ItemActionStatus act(ScanRequest request, ActionPlan plan) {
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
          Status.ERROR, "the file name asked for is not usable here", null, plan.action());
    }
    try (ContainedFile file = contained(request)) {
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
      Quarantine.Taken taken =
          quarantine.take(checked.get(), request, name, tagged ? plan.tags() : Map.of());
      return status(
          Status.SUCCESS,
          tagged ? "File moved and tagged" : "File moved",
          "moved to "
              + Location.of(taken.path())
              + (tagged ? "; the tags are in its note" : "")
              + (taken.remark() == null ? "" : "; " + taken.remark()),
          plan.action());
    } catch (ContainedFile.Replaced e) {
      return e.isBack()
          ? changed(plan)
          : status(Status.ERROR, String.valueOf(e.getMessage()), null, plan.action());
    } catch (ContainedFolder.NotContained | Quarantine.Unusable e) {
      return status(Status.ERROR, String.valueOf(e.getMessage()), null, plan.action());
    } catch (IOException e) {
      return ContainedFile.isGone(e)
          ? status(Status.ERROR, "File does not exist", null, plan.action())
          : status(
              Status.ERROR, plan.action().wire() + " failed: " + Walk.why(e), null, plan.action());
    }
  }

  /**
   * Whether the file is the one that was scanned; any is when that is not known. Links, mode and
   * owner may change meanwhile: other links to the same file are acted on at the same time.
   */
  private static Optional<Quarantine.Checked> check(ContainedFile file, @Nullable String scanned)
      throws IOException {
    ContainedFile.Stamp stamp = file.stamp();
    String sha256 = file.sha256(stamp, LONGEST_READING);
    if (scanned != null && !scanned.equalsIgnoreCase(sha256)) {
      return Optional.empty();
    }
    ContainedFile.Stamp now = file.stamp();
    boolean same =
        now.equals(stamp)
            || (now.differsInStatusAtMost(stamp)
                && sha256.equals(file.sha256(now, LONGEST_READING))
                && file.stamp().differsInStatusAtMost(stamp));
    return same ? Optional.of(new Quarantine.Checked(file, stamp, sha256)) : Optional.empty();
  }

  private static ItemActionStatus changed(ActionPlan plan) {
    return ItemActionStatus.fileChanged(
        "the file changed since it was scanned; it was left alone and needs a new scan",
        plan.action());
  }

  private boolean isQuarantine(String target) {
    try {
      return target.isBlank() || same(root.resolve(target).normalize(), quarantine.path());
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static ItemActionStatus status(
      Status status, String message, @Nullable String description, ItemAction action) {
    return ItemActionStatus.of(status, message, description, action);
  }
}
