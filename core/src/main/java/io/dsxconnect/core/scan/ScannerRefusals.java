package io.dsxconnect.core.scan;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.core.queue.CircuitBreakers;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.RefusalPolicy;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.scanner.Scanner;
import io.dsxconnect.core.scanner.ScannerProbe;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to a file when the scanner gives no verdict for a reason that may have
 * nothing to do with the file. A probe, which scans a few harmless bytes, decides: if it gets no
 * verdict either, the stage's breaker opens, all files wait, and none uses up an attempt; if it
 * gets one, the refusal is about this file, and the refusals are counted, so that they come to an
 * end. Thread-safe.
 */
@ThreadSafe
final class ScannerRefusals {
  private final Scanner scanner;
  private final CircuitBreakers breakers;
  private final RefusalPolicy policy;

  /** One probe at a time; all callers that waited for it share its result. */
  private final ReentrantLock probing = new ReentrantLock();

  @GuardedBy("probing") private long probedAt = Long.MIN_VALUE;

  @GuardedBy("probing") private Optional<String> obstacle = Optional.empty();

  ScannerRefusals(Scanner scanner, CircuitBreakers breakers, RefusalPolicy policy) {
    this.scanner = scanner;
    this.breakers = breakers;
    this.policy = policy;
  }

  /** Nothing answered at the scanner's address, so no byte of the file was sent. */
  Handoff down(Task task, String reason) {
    openBreaker(reason, null);
    return Handoff.of(task).back();
  }

  /**
   * The scanner refused the request, for example because it is busy.
   *
   * @param wait that the scanner asked for; null if it named none
   * @param end the hand-off of a file whose refusals are used up
   */
  Handoff notNow(Task task, String reason, @Nullable Duration wait, Function<String, Handoff> end) {
    if (allFilesWait(wait)) {
      return Handoff.of(task).back();
    }
    if (policy.last(task)) {
      return end.apply(
          "the scanner refused this file "
              + policy.maxRefusals()
              + " times while it took others: "
              + reason);
    }
    Duration own = policy.wait(task);
    return Handoff.of(task).refused(wait == null || wait.compareTo(own) < 0 ? own : wait);
  }

  /**
   * There was no answer, or one that something in front of the scanner may have sent.
   *
   * @param stale the connection was closed before the file was sent, so it may be sent again at
   *     once
   * @param failed what becomes of the file if the scanner accepts others
   * @param end the hand-off of a file whose refusals are used up: a file that crashes the scanner
   *     has no other end
   */
  Handoff doubtful(
      Task task,
      String reason,
      boolean stale,
      Supplier<Handoff> failed,
      Function<String, Handoff> end) {
    boolean unavailable = allFilesWait(null);
    if (!unavailable && !stale) {
      return failed.get();
    }
    return policy.last(task)
        ? end.apply(
            "the scanner became unavailable each of the "
                + policy.maxRefusals()
                + " times: "
                + reason)
        : Handoff.of(task).refused(Duration.ZERO);
  }

  private boolean allFilesWait(@Nullable Duration wait) {
    if (breakers.isOpen(CircuitBreakers.STAGE)) {
      return true;
    }
    Optional<String> found = probe();
    found.ifPresent(reason -> openBreaker(reason, wait));
    return found.isPresent();
  }

  /** Why every file would wait, by a probe that started after this call; empty if none would. */
  private Optional<String> probe() {
    long asked = System.nanoTime();
    probing.lock();
    try {
      if (probedAt == Long.MIN_VALUE || probedAt - asked < 0) {
        probedAt = System.nanoTime();
        obstacle = ScannerProbe.whyFilesWait(scanner);
      }
      return obstacle;
    } finally {
      probing.unlock();
    }
  }

  private void openBreaker(String reason, @Nullable Duration wait) {
    breakers.openUntil(
        CircuitBreakers.STAGE, reason, wait, () -> ScannerProbe.whyFilesWait(scanner));
  }
}
