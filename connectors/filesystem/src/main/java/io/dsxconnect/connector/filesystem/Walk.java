package io.dsxconnect.connector.filesystem;

import io.dsxconnect.connector.Listing;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.Printable;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;

/** Walks a tree depth first, holding one open folder a level and nothing else. */
final class Walk {
  private static final int DEEPEST = 500;

  private final Path root;
  private final Predicate<Path> leftOut;
  private final Filter filter;
  private final Listing listing;
  private boolean stopped;

  /**
   * @param leftOut files that are not told of: what the connector itself put into its quarantine
   */
  Walk(Path root, Predicate<Path> leftOut, Filter filter, Listing listing) {
    this.root = root;
    this.leftOut = leftOut;
    this.filter = filter;
    this.listing = listing;
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
      }
    } else {
      folder(root, "", 0);
    }
  }

  private void folder(Path folder, String relative, int depth) {
    if (depth > DEEPEST) {
      listing.failed(Location.of(folder), "deeper than " + DEEPEST + " folders");
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        entry(entry, relative.isEmpty() ? name : relative + "/" + name, depth);
        if (stopped) {
          return;
        }
      }
    } catch (DirectoryIteratorException e) {
      listing.failed(Location.of(folder), why(java.util.Objects.requireNonNull(e.getCause())));
    } catch (IOException e) {
      listing.failed(Location.of(folder), why(e));
    }
  }

  private void entry(Path entry, String relative, int depth) {
    BasicFileAttributes attributes;
    try {
      attributes =
          Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      // It was deleted since the folder was read: there is nothing to scan.
      return;
    } catch (IOException e) {
      listing.failed(Location.of(entry), why(e));
      return;
    }
    if (attributes.isDirectory()) {
      if (filter.mayHold(relative)) {
        folder(entry, relative, depth + 1);
      }
    } else if (attributes.isSymbolicLink()) {
      // Links give no record: what they point to is listed where it lies, or is not ours.
      return;
    } else if (filter.accepts(relative) && !leftOut.test(entry)) {
      if (attributes.isRegularFile()) {
        tell(entry, String.valueOf(entry.getFileName()), attributes);
      } else {
        listing.skipped(Location.of(entry), "not a regular file (FIFO, socket or device)");
      }
    }
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
