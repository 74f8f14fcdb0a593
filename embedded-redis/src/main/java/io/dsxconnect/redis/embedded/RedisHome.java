package io.dsxconnect.redis.embedded;

import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one Redis, locked while the owner process lives: the operating system releases the
 * lock when the owner ends in any way. A Redis that outlives its owner is found by its {@link
 * RunningRedis record}. Not thread-safe, but any thread may open a home.
 */
final class RedisHome implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RedisHome.class);
  private static final String PREFIX = "dsx-redis-";
  private static final String LOCK = "lock";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  /**
   * Homes that this process holds. Their lock files must not be opened again: closing the second
   * channel would release the lock.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel lock;

  private RedisHome(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /** The folder, as a real path. */
  Path folder() {
    return folder;
  }

  /**
   * Opens the home in a data folder; creates both if they are missing.
   *
   * @throws StartFailure if the home is in use or cannot be written
   */
  static RedisHome in(Path dataFolder) {
    try {
      Files.createDirectories(dataFolder);
      Path folder = dataFolder.toRealPath().resolve("redis");
      try {
        Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      } catch (FileAlreadyExistsException e) {
        Files.setPosixFilePermissions(folder, OWNER_ONLY);
      }
      return claim(folder)
          .orElseThrow(
              () ->
                  new StartFailure(
                      "data folder "
                          + dataFolder
                          + " is in use by another dsx-connect; stop that one or choose another"
                          + " folder"));
    } catch (IOException e) {
      throw new StartFailure("cannot use data folder " + dataFolder + ": " + reason(e), e);
    }
  }

  /**
   * Creates a home that {@link #delete}, or a later {@link #sweep}, deletes.
   *
   * @throws StartFailure if it cannot be created
   */
  static RedisHome temporary(Path parent) {
    try {
      while (true) {
        Path folder = Files.createTempDirectory(parent, PREFIX).toRealPath();
        Optional<RedisHome> home = claim(folder);
        // A sweep may have deleted the folder before it was locked.
        if (home.isPresent() && Files.exists(folder.resolve(LOCK))) {
          return home.get();
        }
        home.ifPresent(RedisHome::close);
      }
    } catch (IOException e) {
      throw new StartFailure("cannot create a folder in " + parent + ": " + reason(e), e);
    }
  }

  /**
   * Stops the Redis of temporary homes whose owner is dead, and deletes these homes. Logs failures.
   *
   * @param parent the folder of the temporary homes
   * @param mine a file of this user; homes of other users are left alone
   */
  static void sweep(Path parent, Path mine) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      Path realParent = parent.toRealPath();
      for (Path entry : folders) {
        if (Files.isSymbolicLink(entry)) {
          continue;
        }
        // Checked after the path is resolved: another user may replace the entry by a link at any
        // time, and nothing outside of the parent may be deleted.
        Path folder = entry.toRealPath();
        if (realParent.equals(folder.getParent())
            && folder.getFileName().toString().startsWith(PREFIX)
            && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
            && Files.exists(folder.resolve(LOCK), LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(mine))) {
          claim(folder).ifPresent(RedisHome::delete);
        }
      }
    } catch (IOException | RuntimeException e) {
      log.warn("cannot clean up after earlier starts in {}: {}", parent, e.getMessage());
    }
  }

  private static Optional<RedisHome> claim(Path folder) throws IOException {
    if (!HELD.add(folder)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    boolean locked = false;
    try {
      channel =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      locked = channel.tryLock() != null;
      return locked ? Optional.of(new RedisHome(folder, channel)) : Optional.empty();
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    } finally {
      if (!locked) {
        HELD.remove(folder);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  /** Stops a Redis that outlived its owner, so that never two of them write to one folder. */
  void stopLeftover() {
    RunningRedis.recordedIn(folder).ifPresent(redis -> redis.stopIfAlive(folder));
  }

  /** Stops a Redis that still runs here, deletes the folder and unlocks it. Logs failures. */
  void delete() {
    stopLeftover();
    try (Stream<Path> content = Files.walk(folder)) {
      // The lock file is deleted just before its folder: until then no process can claim this home.
      for (Path path : content.sorted((a, b) -> Integer.compare(rank(b), rank(a))).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      log.warn("cannot delete {}: {}", folder, e.getMessage());
    } finally {
      close();
    }
  }

  private int rank(Path path) {
    return path.equals(folder)
        ? 0
        : path.equals(folder.resolve(LOCK)) ? 1 : 1 + path.getNameCount();
  }

  /** Unlocks the folder. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      log.warn("cannot unlock {}: {}", folder, e.getMessage());
    } finally {
      HELD.remove(folder);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case java.nio.file.AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case FileAlreadyExistsException exists -> exists.getFile() + " is not a folder";
      default -> String.valueOf(e.getMessage());
    };
  }
}
