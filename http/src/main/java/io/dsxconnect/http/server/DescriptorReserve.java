package io.dsxconnect.http.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delays a listener's next accept while the process has no free file descriptors. A failed accept
 * would end Helidon's listener for good; connections that are not accepted yet wait in the
 * operating system's backlog. Confined to one thread.
 */
final class DescriptorReserve {
  private static final Logger log = LoggerFactory.getLogger(DescriptorReserve.class);

  /** More than one, because other threads open files between the probe and the accept. */
  private static final int REQUIRED_DESCRIPTORS = 8;

  private static final Duration PROBE_INTERVAL = Duration.ofMillis(20);
  private static final Duration LOG_INTERVAL = Duration.ofMinutes(1);

  private final Path probeFile;
  private long loggedNanos = System.nanoTime() - LOG_INTERVAL.toNanos();

  DescriptorReserve() {
    this(Path.of("/dev/null"));
  }

  /**
   * @param probeFile a file that can always be opened; if it does not exist, {@link #await} does
   *     not wait
   */
  DescriptorReserve(Path probeFile) {
    this.probeFile = probeFile;
  }

  /**
   * Blocks until {@value #REQUIRED_DESCRIPTORS} files can be opened or the thread is interrupted.
   */
  void await() {
    if (!Files.exists(probeFile)) {
      return;
    }
    try {
      while (!hasDescriptors()) {
        Thread.sleep(PROBE_INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean hasDescriptors() {
    List<FileChannel> spare = new ArrayList<>();
    try {
      while (spare.size() < REQUIRED_DESCRIPTORS) {
        spare.add(FileChannel.open(probeFile, StandardOpenOption.READ));
      }
      return true;
    } catch (IOException e) {
      long now = System.nanoTime();
      if (now - loggedNanos >= LOG_INTERVAL.toNanos()) {
        loggedNanos = now;
        log.warn(
            "new connections wait: this process cannot open more files ({}); raise its limit"
                + " (ulimit -n, LimitNOFILE)",
            e.getMessage());
      }
      return false;
    } finally {
      for (FileChannel file : spare) {
        close(file);
      }
    }
  }

  private static void close(FileChannel file) {
    try {
      file.close();
    } catch (IOException e) {
      log.debug("cannot close a probe file: {}", e.getMessage());
    }
  }
}
