package io.dsxconnect.core.queue;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is down. Work for a target that is down waits in its lane and uses up no attempts; a probe,
 * not a file, finds out when it is back. One gate may stand for the whole stage: {@link #STAGE}.
 */
public final class CircuitBreakers {
  /** Closes the whole stage: the scanner is down. */
  public static final String STAGE = "*";

  private static final Logger log = LoggerFactory.getLogger(CircuitBreakers.class);
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** However many targets are away, their probes take no more than so many threads and calls. */
  private static final int PROBES = 16;

  private static final int MOST_TOLD = 1000;

  private final Semaphore probes = new Semaphore(PROBES);
  private final LongSupplier nanos;
  private final Map<String, Gate> gates = new ConcurrentHashMap<>();

  /** When a closing was last told, so that a target which comes and goes does not fill the log. */
  private final Map<String, Long> told = new ConcurrentHashMap<>();

  /**
   * @param nanos a time that only runs forward
   */
  public CircuitBreakers(LongSupplier nanos) {
    this.nanos = nanos;
  }

  private static final class Gate {
    final Supplier<Optional<String>> probe;
    String reason;
    boolean told;
    Duration wait;
    long due;
    boolean probing;

    Gate(Supplier<Optional<String>> probe, String reason, Duration wait, long due) {
      this.probe = probe;
      this.reason = reason;
      this.wait = wait;
      this.due = due;
    }
  }

  /**
   * Closes a gate; if it is closed already nothing changes.
   *
   * @param key a connector's key or {@link #STAGE}
   * @param wait until the first probe; null for one second
   * @param probe whether the target answers now
   */
  public void close(String key, String reason, @Nullable Duration wait, BooleanSupplier probe) {
    closeUntil(
        key, reason, wait, () -> probe.getAsBoolean() ? Optional.empty() : Optional.of(reason));
  }

  /**
   * The same when the reason may change while the gate is closed.
   *
   * @param probe why work still waits; empty when it need not
   */
  public void closeUntil(
      String key, String reason, @Nullable Duration wait, Supplier<Optional<String>> probe) {
    Duration first = wait == null ? FIRST : wait;
    gates.computeIfAbsent(
        key,
        k -> {
          Gate gate = new Gate(probe, reason, first, nanos.getAsLong() + first.toNanos());
          // A target that needs a moment is not worth a line: its first probe may open the gate.
          if (first.compareTo(FIRST) >= 0) {
            tell(key, gate);
          }
          return gate;
        });
  }

  private void tell(String key, Gate gate) {
    if (!gate.told && toldLongAgo(key)) {
      gate.told = true;
      log.warn("{}; its work waits", gate.reason);
    }
  }

  private boolean toldLongAgo(String key) {
    long now = nanos.getAsLong();
    Long before = told.get(key);
    if (before != null && now - before < LONGEST.toNanos()) {
      return false;
    }
    if (told.size() >= MOST_TOLD) {
      told.values().removeIf(at -> now - at >= LONGEST.toNanos());
    }
    told.put(key, now);
    return true;
  }

  /** Has the gate's next probe made without further waiting. */
  public void probeSoon(String key) {
    Gate gate = gates.get(key);
    if (gate != null) {
      synchronized (gate) {
        gate.due = nanos.getAsLong();
      }
    }
  }

  public boolean stageClosed() {
    return gates.containsKey(STAGE);
  }

  /** Connectors whose lanes are left alone. */
  public Set<String> closed() {
    return gates.isEmpty()
        ? Set.of()
        : gates.keySet().stream().filter(k -> !k.equals(STAGE)).collect(Collectors.toSet());
  }

  /**
   * Starts the probes that are due, as many at once as are allowed; each opens its gate or puts
   * itself off.
   *
   * @param waits whether work waits for a target; a gate that nothing waits at is forgotten
   */
  public void probeDue(Predicate<String> waits) {
    long now = nanos.getAsLong();
    gates.forEach(
        (key, gate) -> {
          synchronized (gate) {
            if (gate.probing || gate.due - now > 0 || !probes.tryAcquire()) {
              return;
            }
            gate.probing = true;
          }
          Thread.startVirtualThread(() -> probeWhileWanted(key, gate, waits));
        });
  }

  private void probeWhileWanted(String key, Gate gate, Predicate<String> waits) {
    try {
      if (!key.equals(STAGE) && !waits.test(key)) {
        gates.remove(key, gate);
      } else {
        probe(key, gate);
      }
    } catch (RuntimeException e) {
      log.debug("a probe was put off: {}", e.getMessage());
      synchronized (gate) {
        gate.probing = false;
      }
    } finally {
      probes.release();
    }
  }

  /** A probe that cannot be made has not found anybody; the next one may. */
  private static Optional<String> whyNot(Gate gate) {
    try {
      return gate.probe.get();
    } catch (RuntimeException | Error e) {
      log.debug("a probe failed: {}", e.getMessage());
      return Optional.of(gate.reason);
    }
  }

  private void probe(String key, Gate gate) {
    Optional<String> why = whyNot(gate);
    boolean back = why.isEmpty();
    synchronized (gate) {
      if (!back) {
        if (!why.get().equals(gate.reason)) {
          gate.reason = why.get();
          gate.told = false;
        }
        tell(key, gate);
      }
      gate.probing = false;
      Duration doubled = gate.wait.multipliedBy(2);
      gate.wait = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
      gate.due = nanos.getAsLong() + gate.wait.toNanos();
    }
    if (back && gates.remove(key, gate) && gate.told) {
      log.info("{} answers again", key.equals(STAGE) ? "the scanner" : "connector " + key);
    }
  }
}
