package io.dsxconnect.core.worker;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.Engine;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.scanner.ScannerWatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reports what a scan worker knows of the scanner, from the answers that it got and the circuit
 * breaker of its stage. While no file asks the scanner, a probe does every 30 s. Thread-safe.
 */
@ThreadSafe
public final class ScannerReporter {
  private static final Duration MAX_SILENCE = Duration.ofSeconds(30);

  private final ScannerWatch watch;
  private final CircuitBreakers breakers;
  private final Supplier<String> address;
  private final boolean demo;
  private final InstantSource clock;
  private final AtomicBoolean probing = new AtomicBoolean();

  @GuardedBy("this") private @Nullable ScannerState before;

  @GuardedBy("this") private long since;

  /**
   * @param breakers of the scan stage
   * @param address of the scanner now, without user info
   * @param demo whether the user asked for the stand-in
   */
  public ScannerReporter(
      ScannerWatch watch,
      CircuitBreakers breakers,
      Supplier<String> address,
      boolean demo,
      InstantSource clock) {
    this.watch = watch;
    this.breakers = breakers;
    this.address = address;
    this.demo = demo;
    this.clock = clock;
  }

  /** Starts a probe in the background if the scanner was not asked for 30 s. Does not block. */
  public void probeIfSilent() {
    if (!breakers.isOpen(CircuitBreakers.STAGE)
        && watch.silence().map(time -> time.compareTo(MAX_SILENCE) >= 0).orElse(true)
        && probing.compareAndSet(false, true)) {
      Thread.ofVirtual().name("scanner-check").start(this::probe);
    }
  }

  private void probe() {
    try {
      var ignored = watch.probe();
    } finally {
      probing.set(false);
    }
  }

  /** The report of this moment. */
  public synchronized ScannerReport report() {
    ScannerWatch.Seen seen = watch.seen();
    Optional<String> open = breakers.reason(CircuitBreakers.STAGE);
    ScannerState state = state(seen, open.isPresent());
    if (state != before) {
      before = state;
      since = clock.millis() / 1000;
    }
    String reason =
        open.or(() -> Optional.ofNullable(seen.obstacle()))
            .or(() -> Optional.ofNullable(seen.minute().failing()))
            .orElse(seen.minute().busyReason());
    return new ScannerReport(
        state,
        since,
        reason == null || state == ScannerState.READY ? null : Printable.of(reason),
        open.isPresent(),
        new ScannerReport.Instance(
            address.get(),
            seen.engine() == null ? null : Printable.of(seen.engine()),
            demo || (seen.engine() != null && Engine.isStandin(seen.engine()))),
        new ScannerReport.Recent(
            seen.minute().busy(),
            seen.minute().files(),
            seen.minute().failed(),
            seen.latency()
                .map(l -> new ScannerReport.Latency(l.p50Millis(), l.p95Millis()))
                .orElse(null)));
  }

  private static ScannerState state(ScannerWatch.Seen seen, boolean breakerOpen) {
    if (seen.busy()) {
      return ScannerState.BUSY;
    }
    if (breakerOpen || seen.obstacle() != null) {
      return ScannerState.UNAVAILABLE;
    }
    if (seen.minute().failing() != null) {
      return ScannerState.FAILING;
    }
    if (seen.minute().busy() > 0) {
      return ScannerState.BUSY;
    }
    return seen.heard() ? ScannerState.READY : ScannerState.UNKNOWN;
  }
}
