package io.dsxconnect.connector.filesystem;

import io.dsxconnect.connector.LeftOut;
import io.dsxconnect.connector.Listing;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.Printable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Walks a tree depth first, holding one open folder a level and nothing else. Each folder is opened
 * in the one above it, so that no folder that is swapped for a link leads the walk outside.
 */
final class TreeWalk {
  private static final int DEEPEST = 500;

  private final Path root;
  private final Predicate<Path> own;
  private final QuarantinedFiles kept;
  private final Filter filter;
  private final Listing listing;
  private boolean stopped;

  /**
   * @param own files and folders of this product itself, which are left out
   * @param kept likewise what lies in the quarantine because this connector put it there
   */
  TreeWalk(Path root, Predicate<Path> own, QuarantinedFiles kept, Filter filter, Listing listing) {
    this.root = root;
    this.own = own;
    this.kept = kept;
    this.filter = filter;
    this.listing = listing;
  }

  /**
   * A folder that is being read.
   *
   * @param relative its path from the root; "" for the root
   * @param quarantine whether it is the quarantine, by whatever path
   */
  private record Level(
      SecureDirectoryStream<Path> entries,
      Path path,
      String relative,
      int depth,
      boolean quarantine) {
    String below(String name) {
      return relative.isEmpty() ? name : relative + "/" + name;
    }
  }

  void run() {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(root, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      listing.failed(Location.of(root), why(e));
      return;
    }
    if (attributes.isRegularFile()) {
      String name = String.valueOf(root.getFileName());
      if (filter.accepts(name)) {
        tell(root, name, attributes);
      } else {
        leftOut(LeftOut.FILTERED, root);
      }
      return;
    }
    try (SecureDirectoryStream<Path> entries = ContainedFolder.root(root)) {
      read(new Level(entries, root, "", 0, kept.isFolder(attributes.fileKey())));
    } catch (IOException e) {
      listing.failed(Location.of(root), why(e));
    }
  }

  private void folder(Level above, Path folder, BasicFileAttributes seen, String relative) {
    if (above.depth() == DEEPEST) {
      listing.failed(Location.of(folder), "deeper than " + DEEPEST + " folders");
      return;
    }
    try (SecureDirectoryStream<Path> entries =
        ContainedFolder.child(above.entries(), folder, seen)) {
      read(new Level(entries, folder, relative, above.depth() + 1, kept.isFolder(seen.fileKey())));
    } catch (IOException e) {
      listing.failed(Location.of(folder), why(e));
    }
  }

  private void read(Level level) throws IOException {
    try {
      for (Path entry : level.entries()) {
        entry(level, entry.getFileName());
        if (stopped) {
          return;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  private void entry(Level level, Path name) {
    Path entry = level.path().resolve(name);
    BasicFileAttributes attributes;
    try {
      attributes =
          level
              .entries()
              .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes();
    } catch (NoSuchFileException e) {
      // It was deleted since the folder was read: there is nothing to scan.
      return;
    } catch (IOException e) {
      listing.failed(Location.of(entry), why(e));
      return;
    }
    String relative = level.below(name.toString());
    if (own.test(entry) || (level.quarantine() && attributes.isRegularFile() && kept.has(name))) {
      leftOut(LeftOut.OWN, entry);
    } else if (attributes.isSymbolicLink()) {
      // Links give no record: what they point to is listed where it lies, or is not ours.
      leftOut(LeftOut.LINK, entry);
    } else if (attributes.isDirectory()) {
      if (filter.mayHold(relative)) {
        folder(level, entry, attributes, relative);
      } else {
        leftOut(LeftOut.FILTERED, entry);
      }
    } else if (!filter.accepts(relative)) {
      leftOut(LeftOut.FILTERED, entry);
    } else if (attributes.isRegularFile()) {
      tell(entry, name.toString(), attributes);
    } else {
      leftOut(LeftOut.SPECIAL, entry);
    }
  }

  private void leftOut(LeftOut kind, Path entry) {
    listing.leftOut(kind, Location.of(entry));
  }

  private void tell(Path file, String name, BasicFileAttributes attributes) {
    stopped = !listing.file(new Listing.Item(Location.of(file), name, attributes.size()));
  }

  /** For people and logs: a message of the file system may hold a name with control characters. */
  static String why(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException gone -> "does not exist";
      case FileSystemException other ->
          other.getReason() == null ? other.getClass().getSimpleName() : other.getReason();
      default -> Printable.of(String.valueOf(e.getMessage()));
    };
  }
}
