package io.dsxconnect.http.server;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.http.Timers;
import java.util.concurrent.ScheduledFuture;

/**
 * Interrupts the thread that created it while that thread reads a body that arrives too slowly
 * ({@link Limits#body()}). The interrupt closes the connection; it is needed because the server's
 * reads have no timeout. Thread-safe, but {@link #close} must be called by the reading thread.
 */
@ThreadSafe
final class BodyRateGuard implements AutoCloseable {
  private final Limits limits;
  private final Thread reader = Thread.currentThread();
  private final ScheduledFuture<?> checks;

  @GuardedBy("this") private long received;

  @GuardedBy("this") private long checked;

  @GuardedBy("this") private boolean interrupted;

  @GuardedBy("this") private boolean ended;

  BodyRateGuard(Limits limits) {
    this.limits = limits;
    this.checks = Timers.every(limits.body().toMillis(), this::check);
  }

  private synchronized void check() {
    if (!ended && limits.tooSlow(received - checked)) {
      interrupted = true;
      ended = true;
      reader.interrupt();
    }
    checked = received;
  }

  /** Counts bytes that were read. */
  synchronized void received(int bytes) {
    received += bytes;
  }

  /** Ends the check. Afterwards the guard does not interrupt; an interrupt by it is cleared. */
  @Override
  public void close() {
    checks.cancel(false);
    synchronized (this) {
      ended = true;
      if (interrupted) {
        boolean ignored = Thread.interrupted();
      }
    }
  }
}
