package io.dsxconnect.connector.filesystem;

import io.dsxconnect.connector.LeftOut;
import io.dsxconnect.connector.Listing;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.Printable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Walks a tree depth first, with one open folder per level and nothing else in memory. Each folder
 * is opened relative to its parent, so that a folder that is swapped for a link cannot lead the
 * walk outside the asset. Confined to one thread; used once.
 */
final class TreeWalk {
  /** Levels of folders; each holds an open folder and a few stack frames. */
  private static final int MAX_DEPTH = 500;

  private static final String UNKNOWN = "the file system reports an error without a reason";

  private final Path root;
  private final Predicate<Path> own;
  private final QuarantinedFiles quarantined;
  private final Filter filter;
  private final Listing listing;
  private boolean stopped;

  /**
   * Prepares a walk.
   *
   * @param own accepts files and folders of the product itself, which are left out
   * @param quarantined the files that this connector quarantined, which are left out, too
   */
  TreeWalk(
      Path root,
      Predicate<Path> own,
      QuarantinedFiles quarantined,
      Filter filter,
      Listing listing) {
    this.root = root;
    this.own = own;
    this.quarantined = quarantined;
    this.filter = filter;
    this.listing = listing;
  }

  /**
   * An open folder.
   *
   * @param relative its path relative to the root; "" for the root
   * @param quarantine whether it is the quarantine, whatever its path
   */
  private record Level(
      SecureDirectoryStream<Path> entries,
      Path path,
      String relative,
      int depth,
      boolean quarantine) {
    String child(String name) {
      return relative.isEmpty() ? name : relative + "/" + name;
    }
  }

  void run() {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(root, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      listing.failed(Location.of(root), reason(e));
      return;
    }
    if (attributes.isRegularFile()) {
      String name = String.valueOf(root.getFileName());
      if (filter.accepts(name)) {
        listFile(root, name, attributes);
      } else {
        leftOut(LeftOut.FILTERED, root);
      }
      return;
    }
    try (SecureDirectoryStream<Path> entries = ContainedFolder.root(root)) {
      walk(new Level(entries, root, "", 0, quarantined.isQuarantine(attributes.fileKey())));
    } catch (IOException e) {
      listing.failed(Location.of(root), reason(e));
    }
  }

  private void walkFolder(Level above, Path folder, BasicFileAttributes seen, String relative) {
    if (above.depth() == MAX_DEPTH) {
      listing.failed(Location.of(folder), "deeper than " + MAX_DEPTH + " folders");
      return;
    }
    try (SecureDirectoryStream<Path> entries =
        ContainedFolder.child(above.entries(), folder, seen)) {
      walk(
          new Level(
              entries,
              folder,
              relative,
              above.depth() + 1,
              quarantined.isQuarantine(seen.fileKey())));
    } catch (IOException e) {
      listing.failed(Location.of(folder), reason(e));
    }
  }

  private void walk(Level level) throws IOException {
    try {
      for (Path entry : level.entries()) {
        visit(level, entry.getFileName());
        if (stopped) {
          return;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  private void visit(Level level, Path name) {
    Path entry = level.path().resolve(name);
    BasicFileAttributes attributes;
    try {
      attributes =
          level
              .entries()
              .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes();
    } catch (NoSuchFileException e) {
      // Deleted since the folder was read: nothing to scan.
      return;
    } catch (IOException e) {
      listing.failed(Location.of(entry), reason(e));
      return;
    }
    String relative = level.child(name.toString());
    if (own.test(entry)
        || (level.quarantine() && attributes.isRegularFile() && quarantined.contains(name))) {
      leftOut(LeftOut.OWN, entry);
    } else if (attributes.isSymbolicLink()) {
      // The target is listed at its own path, or is outside the asset.
      leftOut(LeftOut.LINK, entry);
    } else if (attributes.isDirectory()) {
      if (filter.mayHold(relative)) {
        walkFolder(level, entry, attributes, relative);
      } else {
        leftOut(LeftOut.FILTERED, entry);
      }
    } else if (!filter.accepts(relative)) {
      leftOut(LeftOut.FILTERED, entry);
    } else if (attributes.isRegularFile()) {
      listFile(entry, name.toString(), attributes);
    } else {
      leftOut(LeftOut.SPECIAL, entry);
    }
  }

  private void leftOut(LeftOut kind, Path entry) {
    listing.leftOut(kind, Location.of(entry));
  }

  private void listFile(Path file, String name, BasicFileAttributes attributes) {
    stopped = !listing.file(new Listing.Item(Location.of(file), name, attributes.size()));
  }

  /** The reason of a failure, without file names or with their control characters escaped. */
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException gone -> "does not exist";
      case NotDirectoryException file -> "is not a directory";
      case FileAlreadyExistsException taken -> "already exists";
      case DirectoryNotEmptyException full -> "is not empty";
      case FileSystemLoopException loop -> "leads back to itself";
      case FileSystemException other -> other.getReason() == null ? UNKNOWN : other.getReason();
      default -> e.getMessage() == null ? UNKNOWN : Printable.of(e.getMessage());
    };
  }
}
