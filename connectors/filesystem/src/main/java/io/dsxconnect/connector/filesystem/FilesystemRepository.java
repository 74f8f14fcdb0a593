package io.dsxconnect.connector.filesystem;

import io.dsxconnect.connector.ActionPlan;
import io.dsxconnect.connector.Listing;
import io.dsxconnect.connector.Opened;
import io.dsxconnect.connector.RepoCheck;
import io.dsxconnect.connector.Repository;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A repository of the files of one folder, or of a single file. Thread-safe. */
public final class FilesystemRepository implements Repository {
  private final Path asset;
  private final Path root;
  private final Predicate<Path> own;
  private final QuarantinedFiles quarantined;
  private final QuarantineCleanup cleanup;
  private final @Nullable MountCheck mountCheck;
  private final FileActions actions;

  /**
   * The folders of a repository.
   *
   * @param asset a folder or a regular file; a link to one is resolved once, at the start
   * @param quarantine the destination of {@code move}; a relative path is within the asset
   * @param data the folder of the key that seals the quarantine's notes, and of the memory of
   *     mounts; null stores nothing beyond this process
   * @param own accepts the real paths of the product's own files and folders, which listings leave
   *     out
   */
  public record Place(Path asset, Path quarantine, @Nullable Path data, Predicate<Path> own) {}

  /**
   * Creates a repository that stores nothing beyond this process and leaves out no own files.
   *
   * @param asset a folder or a regular file
   * @param quarantineFolder the destination of {@code move}; a relative path is within the asset
   * @param clock for the times in quarantine notes and the age of unfinished moves
   * @param ids supplies unique file name parts
   * @throws StartFailure when the asset cannot be read, or is its own quarantine
   */
  public FilesystemRepository(
      Path asset, Path quarantineFolder, InstantSource clock, Supplier<String> ids) {
    this(new Place(asset, quarantineFolder, null, path -> false), clock, ids);
  }

  /**
   * Creates a repository, and removes the traces of interrupted moves from its quarantine.
   *
   * @param place asset, quarantine and data folder
   * @param clock for the times in quarantine notes and the age of unfinished moves
   * @param ids supplies unique file name parts
   * @throws StartFailure when the asset cannot be read, or is its own quarantine, or the data
   *     folder cannot be written
   */
  public FilesystemRepository(Place place, InstantSource clock, Supplier<String> ids) {
    try {
      this.asset = place.asset().toRealPath();
    } catch (IOException e) {
      throw new StartFailure(
          place.asset() + ": " + TreeWalk.reason(e) + "; name a folder that can be read", e);
    }
    Path parent = this.asset.getParent();
    this.root = Files.isDirectory(this.asset) || parent == null ? this.asset : parent;
    Path folder = this.root.resolve(place.quarantine()).normalize();
    if (same(folder, this.root)) {
      throw new StartFailure(
          "the quarantine "
              + Location.of(folder)
              + " is the asset itself, so quarantined files would be listed again; name a folder in"
              + " it or elsewhere");
    }
    this.own = place.own();
    NoteSeal seal = place.data() == null ? NoteSeal.forThisProcess() : NoteSeal.load(place.data());
    this.actions =
        new FileActions(
            this.root, new Quarantine(this.root, folder, seal, clock, ids), this::contained, ids);
    this.quarantined = new QuarantinedFiles(this.root, folder, seal);
    this.cleanup = new QuarantineCleanup(this.root, folder, seal, clock);
    this.mountCheck = place.data() == null ? null : new MountCheck(this.asset, place.data());
    cleanup.run();
  }

  /** Compares by device and inode: paths may differ in case, or a folder be mounted twice. */
  static boolean same(Path a, Path b) {
    try {
      return a.equals(b) || Files.isSameFile(a, b);
    } catch (IOException e) {
      // One of them does not exist.
      return false;
    }
  }

  @Override
  public String asset() {
    return Location.of(asset);
  }

  @Override
  public String metaInfo() {
    return "Filesystem location: " + asset();
  }

  @Override
  public RepoCheck check() {
    return Files.isReadable(asset)
        ? new RepoCheck(true, asset() + " can be read")
        : new RepoCheck(
            false, asset() + " cannot be read; check that it exists and its permissions");
  }

  @Override
  public void list(Filter filter, Listing listing) {
    cleanup.run();
    if (mountCheck != null) {
      mountCheck.problem().ifPresent(why -> listing.failed(asset(), why));
    }
    new TreeWalk(asset, own, quarantined, filter, listing).run();
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
      VerifiedRead reading = VerifiedRead.of(file);
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
    return new Opened.Unavailable("cannot be read: " + TreeWalk.reason(e));
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
    return actions.obstacle(action);
  }

  @Override
  public ItemActionStatus act(ScanRequest request, ActionPlan plan) {
    return actions.act(request, plan);
  }
}
