package io.dsxconnect.core.scan;

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
 * What follows when a scanner gives no verdict on a file for a reason that may have nothing to do
 * with the file. A probe by a scan decides: if that gets no verdict either, all files wait until
 * one does, and none uses up an attempt; if it gets one, the refusal is this file's own, and its
 * turns are counted so that it comes to an end. Thread-safe.
 */
final class ScannerRefusals {
  private final Scanner scanner;
  private final CircuitBreakers gates;
  private final RefusalPolicy turns;

  /** One probe at a time; all who waited for it share what it found. */
  private final ReentrantLock probing = new ReentrantLock();

  private long begun = Long.MIN_VALUE;
  private Optional<String> found = Optional.empty();

  ScannerRefusals(Scanner scanner, CircuitBreakers gates, RefusalPolicy turns) {
    this.scanner = scanner;
    this.gates = gates;
    this.turns = turns;
  }

  /** Nobody answered at the scanner's address, so nothing of the file was sent. */
  Handoff down(Task task, String reason) {
    allWait(reason, null);
    return Handoff.of(task).back();
  }

  /**
   * The scanner said "not now" or "not you".
   *
   * @param wait as it asked for; null when it did not
   * @param end of a file that had its last turn
   */
  Handoff notNow(Task task, String reason, @Nullable Duration wait, Function<String, Handoff> end) {
    if (doAllWait(wait)) {
      return Handoff.of(task).back();
    }
    if (turns.last(task)) {
      return end.apply(
          "the scanner refused this file "
              + turns.most()
              + " times while it took others: "
              + reason);
    }
    Duration own = turns.wait(task);
    return Handoff.of(task).turn(wait == null || wait.compareTo(own) < 0 ? own : wait);
  }

  /**
   * Nothing came back, or what came is said by what stands in front of a scanner.
   *
   * @param stale the connection was closed before the file came, so it may come again at once
   * @param failed what follows when the scanner takes other files
   * @param end of a file that had its last turn: one that brings the scanner down has no other end
   */
  Handoff doubtful(
      Task task,
      String reason,
      boolean stale,
      Supplier<Handoff> failed,
      Function<String, Handoff> end) {
    boolean away = doAllWait(null);
    if (!away && !stale) {
      return failed.get();
    }
    return turns.last(task)
        ? end.apply("each of " + turns.most() + " times the scanner went away: " + reason)
        : Handoff.of(task).turn(Duration.ZERO);
  }

  private boolean doAllWait(@Nullable Duration wait) {
    if (gates.stageClosed()) {
      return true;
    }
    Optional<String> why = whyFilesWait();
    why.ifPresent(reason -> allWait(reason, wait));
    return why.isPresent();
  }

  private Optional<String> whyFilesWait() {
    long asked = System.nanoTime();
    probing.lock();
    try {
      if (begun == Long.MIN_VALUE || begun - asked < 0) {
        begun = System.nanoTime();
        found = ScannerProbe.whyFilesWait(scanner);
      }
      return found;
    } finally {
      probing.unlock();
    }
  }

  private void allWait(String reason, @Nullable Duration wait) {
    gates.closeUntil(CircuitBreakers.STAGE, reason, wait, () -> ScannerProbe.whyFilesWait(scanner));
  }
}
