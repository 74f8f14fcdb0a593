package io.dsxconnect.core.queue;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
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
 * Circuit breakers, one per connector and one for the stage's scanner ({@link #STAGE}).
 *
 * <p>While a breaker is open, work for its target waits in its lane and uses up no attempts. A
 * probe closes the breaker: the first after one second, then after twice the time, at most 10
 * seconds. At most 16 probes run at once.
 */
@ThreadSafe
public final class CircuitBreakers {
  /** The key of the breaker for the whole stage: the scanner is unavailable. */
  public static final String STAGE = "*";

  private static final Logger log = LoggerFactory.getLogger(CircuitBreakers.class);
  private static final Duration FIRST_PROBE_AFTER = Duration.ofSeconds(1);
  private static final Duration MAX_PROBE_INTERVAL = Duration.ofSeconds(10);
  private static final int MAX_PROBES = 16;
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);
  private static final int MAX_LOGGED_KEYS = 1000;

  private final Semaphore probes = new Semaphore(MAX_PROBES);
  private final LongSupplier nanos;
  private final Map<String, Breaker> breakers = new ConcurrentHashMap<>();

  /** Time of the last log line per key: a target that comes and goes must not fill the log. */
  private final Map<String, Long> logged = new ConcurrentHashMap<>();

  /**
   * @param nanos a monotonic clock, in nanoseconds
   */
  public CircuitBreakers(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /** One open breaker. */
  private static final class Breaker {
    final Supplier<Optional<String>> probe;

    @GuardedBy("this") String reason;

    @GuardedBy("this") boolean logged;

    @GuardedBy("this") Duration wait;

    @GuardedBy("this") long due;

    @GuardedBy("this") boolean probing;

    Breaker(Supplier<Optional<String>> probe, String reason, Duration wait, long due) {
      this.probe = probe;
      this.reason = reason;
      this.wait = wait;
      this.due = due;
    }
  }

  /**
   * Opens a breaker. Does nothing if it is open.
   *
   * @param key a connector's key or {@link #STAGE}
   * @param wait until the first probe; null for one second
   * @param probe true if the target is available
   */
  public void open(String key, String reason, @Nullable Duration wait, BooleanSupplier probe) {
    openUntil(
        key, reason, wait, () -> probe.getAsBoolean() ? Optional.empty() : Optional.of(reason));
  }

  /**
   * Opens a breaker whose reason may change while it is open. Does nothing if it is open.
   *
   * @param probe why work must still wait; empty if the target is available
   */
  public void openUntil(
      String key, String reason, @Nullable Duration wait, Supplier<Optional<String>> probe) {
    Duration first = wait == null ? FIRST_PROBE_AFTER : wait;
    breakers.computeIfAbsent(
        key,
        k -> {
          Breaker breaker = new Breaker(probe, reason, first, nanos.getAsLong() + first.toNanos());
          // After a shorter wait the first probe often closes the breaker; if it fails, it logs.
          if (first.compareTo(FIRST_PROBE_AFTER) >= 0) {
            synchronized (breaker) {
              log(key, breaker);
            }
          }
          return breaker;
        });
  }

  @GuardedBy("breaker") private void log(String key, Breaker breaker) {
    if (!breaker.logged && mayLog(key)) {
      breaker.logged = true;
      log.warn("{}; its work waits", breaker.reason);
    }
  }

  private boolean mayLog(String key) {
    long now = nanos.getAsLong();
    Long before = logged.get(key);
    if (before != null && now - before < LOG_INTERVAL.toNanos()) {
      return false;
    }
    if (logged.size() >= MAX_LOGGED_KEYS) {
      logged.values().removeIf(at -> now - at >= LOG_INTERVAL.toNanos());
    }
    logged.put(key, now);
    return true;
  }

  /** Makes the next probe of an open breaker due now. */
  public void probeSoon(String key) {
    Breaker breaker = breakers.get(key);
    if (breaker != null) {
      synchronized (breaker) {
        breaker.due = nanos.getAsLong();
      }
    }
  }

  /** Why a breaker is open; empty while it is closed. */
  public Optional<String> reason(String key) {
    Breaker breaker = breakers.get(key);
    if (breaker == null) {
      return Optional.empty();
    }
    synchronized (breaker) {
      return Optional.of(breaker.reason);
    }
  }

  public boolean isOpen(String key) {
    return breakers.containsKey(key);
  }

  /** Keys of the connectors whose breakers are open. */
  public Set<String> openConnectors() {
    return breakers.isEmpty()
        ? Set.of()
        : breakers.keySet().stream().filter(k -> !k.equals(STAGE)).collect(Collectors.toSet());
  }

  /**
   * Starts the probes that are due, each on a virtual thread, as far as permits are free. A probe
   * that fails postpones the next one.
   *
   * @param waits whether work waits for a connector; a breaker without waiting work is forgotten
   */
  public void probeDue(Predicate<String> waits) {
    long now = nanos.getAsLong();
    breakers.forEach(
        (key, breaker) -> {
          synchronized (breaker) {
            if (breaker.probing || breaker.due - now > 0 || !probes.tryAcquire()) {
              return;
            }
            breaker.probing = true;
          }
          Thread.startVirtualThread(() -> probeIfNeeded(key, breaker, waits));
        });
  }

  private void probeIfNeeded(String key, Breaker breaker, Predicate<String> waits) {
    try {
      if (!key.equals(STAGE) && !waits.test(key)) {
        breakers.remove(key, breaker);
      } else {
        probe(key, breaker);
      }
    } catch (RuntimeException e) {
      log.debug("a probe was postponed: {}", e.getMessage());
      synchronized (breaker) {
        breaker.probing = false;
      }
    } finally {
      probes.release();
    }
  }

  /** A probe that cannot be made counts as failed; the next one may succeed. */
  private static Optional<String> resultOf(Breaker breaker) {
    try {
      return breaker.probe.get();
    } catch (RuntimeException | Error e) {
      log.debug("a probe failed: {}", e.getMessage());
      synchronized (breaker) {
        return Optional.of(breaker.reason);
      }
    }
  }

  private void probe(String key, Breaker breaker) {
    Optional<String> failure = resultOf(breaker);
    boolean available = failure.isEmpty();
    boolean logged;
    synchronized (breaker) {
      if (!available) {
        if (!failure.get().equals(breaker.reason)) {
          breaker.reason = failure.get();
          breaker.logged = false;
        }
        log(key, breaker);
      }
      breaker.probing = false;
      Duration doubled = breaker.wait.multipliedBy(2);
      breaker.wait = doubled.compareTo(MAX_PROBE_INTERVAL) < 0 ? doubled : MAX_PROBE_INTERVAL;
      breaker.due = nanos.getAsLong() + breaker.wait.toNanos();
      logged = breaker.logged;
    }
    if (available && breakers.remove(key, breaker) && logged) {
      log.info("{} is available again", key.equals(STAGE) ? "the scanner" : "connector " + key);
    }
  }
}
