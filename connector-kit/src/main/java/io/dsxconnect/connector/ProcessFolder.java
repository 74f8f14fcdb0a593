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
 * The folder of one process under a folder that replicas may share. Its lock ends with the process,
 * however that ends: what lies in a folder without a locked lock was left behind.
 */
final class ProcessFolder implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProcessFolder.class);
  private static final String LOCK = "lock";
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

  /** A new folder of this process. */
  static ProcessFolder create(Path parent) throws IOException {
    Files.createDirectories(parent);
    Path folder = Files.createDirectory(parent.resolve(UUID.randomUUID().toString()), OWNER_ONLY);
    return claim(folder)
        .orElseThrow(() -> new IOException("another process took " + folder + " for its own"));
  }

  /** Takes over the folders of processes that have ended. */
  static List<ProcessFolder> left(Path parent) throws IOException {
    List<ProcessFolder> left = new ArrayList<>();
    if (!Files.isDirectory(parent)) {
      return left;
    }
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(
            parent, entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))) {
      for (Path folder : folders) {
        claim(folder).ifPresent(left::add);
      }
    }
    return left;
  }

  private static Optional<ProcessFolder> claim(Path folder) throws IOException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              folder.resolve(LOCK),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      // Another process has just taken it over and deleted it.
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

  /** Deletes the folder, if nothing but its lock is left in it, and lets go of it. */
  @Override
  public void close() {
    try (lock) {
      boolean empty;
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
        empty = !files.iterator().hasNext();
      }
      if (empty) {
        deleteUnfinished();
        Files.deleteIfExists(folder.resolve(LOCK));
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      log.warn("cannot tidy {}: {}", folder, e.toString());
    }
  }

  /** What a kill left half written. */
  private void deleteUnfinished() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.new")) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }
}
