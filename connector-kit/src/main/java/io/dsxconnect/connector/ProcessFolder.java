package io.dsxconnect.connector;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of one process, under a parent folder that replicas may share. Its lock file is locked
 * until the process ends, in whatever way. A folder whose lock file is not locked is abandoned. Not
 * thread-safe.
 */
final class ProcessFolder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProcessFolder.class);
  private static final String LOCK_FILE = "lock";
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path folder;
  private final FileChannel lock;

  private ProcessFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  Path path() {
    return folder;
  }

  /** Creates and locks a new folder, mode 0700. */
  static ProcessFolder create(Path parent) throws IOException {
    Files.createDirectories(parent);
    Path folder = Files.createDirectory(parent.resolve(UUID.randomUUID().toString()), OWNER_ONLY);
    return claim(folder).orElseThrow(() -> new IOException("another process took over " + folder));
  }

  /** Locks and returns the folders of processes that have ended. */
  static List<ProcessFolder> takeOverAbandoned(Path parent) throws IOException {
    List<ProcessFolder> abandoned = new ArrayList<>();
    if (!Files.isDirectory(parent)) {
      return abandoned;
    }
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(
            parent, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
      for (Path folder : folders) {
        claim(folder).ifPresent(abandoned::add);
      }
    }
    return abandoned;
  }

  private static Optional<ProcessFolder> claim(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              folder.resolve(LOCK_FILE),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      // Another process has just taken over and deleted it.
      return Optional.empty();
    }
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      log.debug("{} is in use by this process", folder);
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    return lock == null ? Optional.empty() : Optional.of(new ProcessFolder(folder, channel));
  }

  /** Unlocks the folder, and deletes it if it contains no JSON file. */
  @Override
  public void close() {
    try (lock) {
      boolean empty;
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
        empty = !files.iterator().hasNext();
      }
      if (empty) {
        deleteUnfinished();
        Files.deleteIfExists(folder.resolve(LOCK_FILE));
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      log.warn("cannot clean up {}: {}", folder, e.toString());
    }
  }

  /** Deletes files that a kill left half written. */
  private void deleteUnfinished() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.new")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }
}
