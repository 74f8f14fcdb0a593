package io.dsxconnect.e2e;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Full scans of each connector without a pause between them, until it is closed. */
final class ScanLoad implements AutoCloseable {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Future<?>> loops;
  private volatile boolean ended;

  /**
   * @param connectors their UUIDs; with two, one is listed while the other's files are scanned
   */
  ScanLoad(Api api, String... connectors) {
    loops =
        Stream.of(connectors)
            .<Future<?>>map(each -> threads.submit(() -> scan(api, each)))
            .toList();
  }

  private Void scan(Api api, String connector) throws IOException {
    while (!ended) {
      api.finished(api.fullScan(connector));
    }
    return null;
  }

  /** Fails when a scan could not be started, or did not end. */
  void check() throws Exception {
    for (Future<?> loop : loops) {
      if (loop.isDone()) {
        loop.get();
      }
    }
  }

  @Override
  public void close() {
    ended = true;
    threads.shutdownNow();
    threads.close();
  }
}
