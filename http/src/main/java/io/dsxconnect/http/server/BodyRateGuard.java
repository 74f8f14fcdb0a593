package io.dsxconnect.http.server;

import io.dsxconnect.http.Timers;
import java.util.concurrent.ScheduledFuture;

/**
 * Looks after one body that the current thread reads, and cuts it off when it comes too slowly. The
 * cut is an interrupt, which closes the connection: the server's reads know no timeout of their
 * own.
 */
final class BodyRateGuard implements AutoCloseable {
  private final Limits limits;
  private final Thread reader = Thread.currentThread();
  private final ScheduledFuture<?> looks;
  private long come;
  private long seen;
  private boolean cut;
  private boolean over;

  BodyRateGuard(Limits limits) {
    this.limits = limits;
    this.looks = Timers.every(limits.body().toMillis(), this::look);
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
