package io.dsxconnect.http.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was made of some files, and is made again when they change. They are looked at when it is
 * asked for, at most once in an interval. A change that cannot be used is told once, and what was
 * there stays. Thread-safe.
 */
final class ReloadingFile<T> {
  private static final Logger log = LoggerFactory.getLogger(ReloadingFile.class);

  /** Makes it. */
  interface Maker<T> {
    T make() throws UnusableFileException;
  }

  private final List<Path> files;
  private final Duration interval;
  private final Maker<T> maker;
  private T value;
  private List<String> stamp;
  private long looked = System.nanoTime();

  /**
   * @throws UnusableFileException when the files cannot be used now
   */
  ReloadingFile(List<Path> files, Duration interval, Maker<T> maker) throws UnusableFileException {
    this.files = files;
    this.interval = interval;
    this.maker = maker;
    this.stamp = stamp();
    this.value = maker.make();
  }

  synchronized T get() {
    if (System.nanoTime() - looked < interval.toNanos()) {
      return value;
    }
    looked = System.nanoTime();
    List<String> now = stamp();
    if (!now.equals(stamp)) {
      stamp = now;
      try {
        value = maker.make();
        log.info("read again, because it changed: {}", files);
      } catch (UnusableFileException e) {
        log.error("{}; what was there before stays in use", e.getMessage());
      }
    }
    return value;
  }

  /**
   * Of the content, because times do not tell all: a copy may keep them, and whoever makes a file
   * readable does not touch them.
   */
  private List<String> stamp() {
    List<String> stamps = new ArrayList<>();
    for (Path file : files) {
      try {
        stamps.add(PemFile.digest(file));
      } catch (UnusableFileException e) {
        stamps.add(e.getMessage());
      }
    }
    return stamps;
  }
}
