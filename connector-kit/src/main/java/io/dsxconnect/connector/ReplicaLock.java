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
 * A lock that one thread at a time holds, among all replicas that share a data folder. On a file
 * system without file locks it excludes the threads of this process only; there, each replica needs
 * its own data folder.
 */
final class ReplicaLock implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReplicaLock.class);

  /** File locks are held per process; this lock serializes its threads. */
  private static final ReentrantLock PROCESS_LOCK = new ReentrantLock();

  private final FileChannel channel;

  private ReplicaLock(FileChannel channel) {
    this.channel = channel;
  }

  /** Blocks until the lock is acquired. */
  static ReplicaLock acquire(Path file) throws IOException {
    PROCESS_LOCK.lock();
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
        PROCESS_LOCK.unlock();
      }
    }
  }

  @Override
  public void close() throws IOException {
    try {
      // Also releases the file lock.
      channel.close();
    } finally {
      PROCESS_LOCK.unlock();
    }
  }
}
