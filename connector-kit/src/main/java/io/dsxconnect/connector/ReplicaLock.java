package io.dsxconnect.connector;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Held by one thread of all replicas that share a data folder. A file system without locks gives
 * none: there, each replica needs its own data folder.
 */
final class ReplicaLock implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReplicaLock.class);

  /** The system's lock is one per process: its threads take turns here. */
  private static final ReentrantLock HERE = new ReentrantLock();

  private final FileChannel channel;

  private ReplicaLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Waits for the lock. */
  static ReplicaLock of(Path file) throws IOException {
    HERE.lock();
    boolean held = false;
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        channel.lock();
      } catch (IOException e) {
        log.debug("{} cannot be locked: {}", file, e.toString());
      }
      held = true;
      return new ReplicaLock(channel);
    } finally {
      if (!held) {
        HERE.unlock();
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      // Ends the lock, too.
      channel.close();
    } finally {
      HERE.unlock();
    }
  }
}
