package io.dsxconnect.http;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks after one body that the current thread reads, and cuts it off when it comes too slowly. The
 * cut is an interrupt, which closes the connection: the server's reads know no timeout of their
 * own.
 */
final class SlowBody implements AutoCloseable {
  static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final Limits limits;
  private final Thread reader = Thread.currentThread();
  private final ScheduledFuture<?> looks;
  private long come;
  private long seen;
  private boolean cut;
  private boolean over;

  SlowBody(Limits limits) {
    this.limits = limits;
    long pause = limits.body().toMillis();
    this.looks = CLOCK.scheduleWithFixedDelay(this::look, pause, pause, TimeUnit.MILLISECONDS);
  }

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("slow-bodies").unstarted(task));
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }

  private synchronized void look() {
    if (!over && limits.tooSlow(come - seen)) {
      cut = true;
      over = true;
      reader.interrupt();
    }
    seen = come;
  }

  /** So many bytes have come. */
  synchronized void came(int bytes) {
    come += bytes;
  }

  /** From here on nothing interrupts the reader any more. */
  @Override
  public void close() {
    looks.cancel(false);
    synchronized (this) {
      over = true;
      if (cut) {
        boolean ignored = Thread.interrupted();
      }
    }
  }
}
