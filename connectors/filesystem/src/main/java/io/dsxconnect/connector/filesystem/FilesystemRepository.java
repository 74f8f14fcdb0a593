package io.dsxconnect.connector.filesystem;

import io.dsxconnect.connector.ActionPlan;
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
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A folder, or one file, of this machine. */
public final class FilesystemRepository implements Repository {
  private static final String SUPPORTED = "use nothing, delete or move";

  private final Path asset;
  private final Path root;
  private final Quarantine quarantine;

  /**
   * @param asset a folder or a regular file; a link to one is resolved here, once
   * @param quarantineFolder where {@code move} puts files unless told otherwise; a relative one
   *     lies in the asset
   * @throws StartFailure when the asset cannot be read, or is its own quarantine
   */
  public FilesystemRepository(
      Path asset, Path quarantineFolder, InstantSource clock, Supplier<String> ids) {
    try {
      this.asset = asset.toRealPath();
    } catch (IOException e) {
      throw new StartFailure(asset + ": " + Walk.why(e) + "; name a folder that can be read", e);
    }
    Path parent = this.asset.getParent();
    this.root = Files.isDirectory(this.asset) || parent == null ? this.asset : parent;
    Path folder = this.root.resolve(quarantineFolder).normalize();
    if (folder.equals(this.root)) {
      throw new StartFailure(
          "the quarantine "
              + Location.of(folder)
              + " is the asset itself; what is put there would be found again; name a folder in it"
              + " or elsewhere");
    }
    this.quarantine = new Quarantine(this.root, folder, clock, ids);
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
    public void failed(String location, String reason) {
      // The full scan tells it.
    }
  }

  @Override
  public void list(Filter filter, Listing listing) {
    new Walk(asset, quarantine::put, filter, listing).run();
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
      ContainedFile.Stamp stamp = file.stamp();
      InputStream bytes = file.open();
      Opened opened =
          new Opened.Content(
              closingBoth(bytes, file),
              stamp.size(),
              () -> {
                if (!stamp.equals(file.stamp())) {
                  throw new IOException("the file changed while it was read");
                }
              });
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

  private static InputStream closingBoth(InputStream bytes, ContainedFile file) {
    return new FilterInputStream(bytes) {
      @Override
      public int read(byte[] buffer, int off, int len) throws IOException {
        return in.read(buffer, off, len);
      }

      @Override
      public void close() throws IOException {
        try (file) {
          super.close();
        }
      }
    };
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
      case NOT_IMPLEMENTED, TAG, MOVE_TAG -> Optional.of(notSupported(action) + "; " + SUPPORTED);
      case DELETE -> unwritable();
      case MOVE -> unwritable().or(quarantine::obstacle);
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
    return "'" + action.wire() + "' is not supported by the filesystem connector";
  }

  @Override
  public ItemActionStatus act(ScanRequest request, ActionPlan plan) {
    return switch (plan.action()) {
      case NOTHING -> status(Status.NOTHING, "No action taken", null, ItemAction.NOTHING);
      case NOT_IMPLEMENTED, TAG, MOVE_TAG ->
          status(Status.ERROR, notSupported(plan.action()), SUPPORTED, ItemAction.NOT_IMPLEMENTED);
      case DELETE, MOVE -> change(request, plan);
    };
  }

  private ItemActionStatus change(ScanRequest request, ActionPlan plan) {
    String filename = plan.filename();
    if (filename != null && !Location.isName(filename)) {
      return status(
          Status.ERROR, "the file name asked for is not usable here", null, plan.action());
    }
    try (ContainedFile file = contained(request)) {
      ContainedFile.Stamp stamp = file.stamp();
      String scanned = request.contentSha256();
      if (scanned != null
          && !(scanned.equalsIgnoreCase(file.sha256()) && stamp.equals(file.stamp()))) {
        return ItemActionStatus.fileChanged(
            "the file changed since it was scanned; it was left alone and needs a new scan",
            plan.action());
      }
      if (plan.action() == ItemAction.DELETE) {
        file.delete();
        return status(Status.SUCCESS, "File deleted", null, ItemAction.DELETE);
      }
      if (!isQuarantine(plan.target())) {
        return status(
            Status.ERROR,
            "files are moved to the configured quarantine only",
            Location.of(quarantine.path()),
            ItemAction.MOVE);
      }
      String name =
          filename != null
              ? filename
              : String.valueOf(Location.path(request.location()).orElseThrow().getFileName());
      Quarantine.Taken taken = quarantine.take(file, stamp, request, name);
      return status(
          Status.SUCCESS,
          "File moved",
          "moved to "
              + Location.of(taken.path())
              + (taken.remark() == null ? "" : "; " + taken.remark()),
          ItemAction.MOVE);
    } catch (ContainedFolder.NotContained | Quarantine.Unusable e) {
      return status(Status.ERROR, String.valueOf(e.getMessage()), null, plan.action());
    } catch (IOException e) {
      return ContainedFile.isGone(e)
          ? status(Status.ERROR, "File does not exist", null, plan.action())
          : status(
              Status.ERROR, plan.action().wire() + " failed: " + Walk.why(e), null, plan.action());
    }
  }

  private boolean isQuarantine(String target) {
    try {
      return target.isBlank() || root.resolve(target).normalize().equals(quarantine.path());
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static ItemActionStatus status(
      Status status,
      String message,
      @org.jspecify.annotations.Nullable String description,
      ItemAction action) {
    return ItemActionStatus.of(status, message, description, action);
  }
}
