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
 * Holds a listener back while its process can open no more files. An accept that finds none ends
 * Helidon's listener for ever; connections that are not accepted wait in the system's backlog. For
 * one thread.
 */
final class DescriptorReserve {
  private static final Logger log = LoggerFactory.getLogger(DescriptorReserve.class);

  /** Other threads open files between a look and the accept that follows. */
  private static final int SPARE = 8;

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration LINE = Duration.ofMinutes(1);

  private final Path any;
  private long logged = System.nanoTime() - LINE.toNanos();

  DescriptorReserve() {
    this(Path.of("/dev/null"));
  }

  /**
   * @param any that can be opened; where there is none nothing waits
   */
  DescriptorReserve(Path any) {
    this.any = any;
  }

  /** Returns when some files can be opened, or its thread is interrupted. */
  void await() {
    if (!Files.exists(any)) {
      return;
    }
    try {
      while (!areThere()) {
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean areThere() {
    List<FileChannel> spare = new ArrayList<>();
    try {
      while (spare.size() < SPARE) {
        spare.add(FileChannel.open(any, StandardOpenOption.READ));
      }
      return true;
    } catch (IOException e) {
      long now = System.nanoTime();
      if (now - logged >= LINE.toNanos()) {
        logged = now;
        log.warn(
            "connections wait, because this process can open no more files ({}); raise the limit"
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
      log.debug("a spare file does not close: {}", e.getMessage());
    }
  }
}
