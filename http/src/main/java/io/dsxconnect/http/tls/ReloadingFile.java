package io.dsxconnect.http.tls;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value made from files, and made again when they change. {@link #get} checks the files, at most
 * once per interval. If the changed files cannot be used, it logs that once and keeps the former
 * value. Thread-safe.
 */
@ThreadSafe
final class ReloadingFile<T> {
  private static final Logger log = LoggerFactory.getLogger(ReloadingFile.class);

  /** Makes the value from the files. */
  interface Maker<T> {
    T make() throws UnusableFileException;
  }

  private final List<Path> files;
  private final Duration interval;
  private final Maker<T> maker;

  /** Held by the thread that checks the files; the others do not wait for it. */
  private final ReentrantLock checking = new ReentrantLock();

  private volatile T value;

  @GuardedBy("checking") private List<String> contents;

  @GuardedBy("checking") private long checkedNanos = System.nanoTime();

  /**
   * Makes the value.
   *
   * @param interval the minimum time between two checks for a change
   * @throws UnusableFileException if the files cannot be used
   */
  ReloadingFile(List<Path> files, Duration interval, Maker<T> maker) throws UnusableFileException {
    this.files = files;
    this.interval = interval;
    this.maker = maker;
    this.contents = contents();
    this.value = maker.make();
  }

  /**
   * The current value. Blocks while this thread reads the files; gives the former value while
   * another thread reads them, so that a file system that hangs holds up one connection only.
   */
  T get() {
    if (checking.tryLock()) {
      try {
        check();
      } finally {
        checking.unlock();
      }
    }
    return value;
  }

  @GuardedBy("checking") private void check() {
    if (System.nanoTime() - checkedNanos < interval.toNanos()) {
      return;
    }
    checkedNanos = System.nanoTime();
    List<String> now = contents();
    if (!now.equals(contents)) {
      contents = now;
      try {
        value = maker.make();
        log.info("reloaded after a change: {}", files);
      } catch (UnusableFileException e) {
        log.error("{}; the former content stays in use", e.getMessage());
      }
    }
  }

  /**
   * One digest or error per file. Modification times are not enough: a copy may preserve them, and
   * a change of permissions does not change them.
   */
  private List<String> contents() {
    List<String> digests = new ArrayList<>();
    for (Path file : files) {
      try {
        digests.add(PemFile.digest(file));
      } catch (UnusableFileException e) {
        digests.add(e.getMessage());
      }
    }
    return digests;
  }
}
