package io.dsxconnect.app.wiring;

import io.dsxconnect.app.process.PeriodicTask;
import io.dsxconnect.core.metrics.Metrics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts that run in one process: what to close at its end, the loops that must stay alive, and
 * the meters. Add parts from one thread; {@link #close} ends them, the last one first.
 */
final class ProcessParts implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProcessParts.class);
  private static final Duration UPKEEP_INTERVAL = Duration.ofSeconds(2);

  private final Deque<AutoCloseable> running = new ArrayDeque<>();
  private final List<Loop> loops = new CopyOnWriteArrayList<>();

  /** Closed last. */
  final Metrics metrics = opened(new Metrics());

  private record Loop(String name, BooleanSupplier working) {}

  /** Closes {@code part} at the end, before those that were opened earlier. */
  <T extends AutoCloseable> T opened(T part) {
    running.push(part);
    return part;
  }

  /** Reports a fault when {@code working} returns false although the process lives on. */
  void watch(String name, BooleanSupplier working) {
    loops.add(new Loop(name, working));
  }

  /** Calls {@code round} every 2 s. */
  void upkeep(String name, Runnable round) {
    PeriodicTask upkeep = opened(new PeriodicTask(name, UPKEEP_INTERVAL, round));
    watch(name, upkeep::working);
  }

  /** The first loop that has ended although the process lives on; empty when all are alive. */
  Optional<String> fault() {
    return loops.stream()
        .filter(loop -> !loop.working.getAsBoolean())
        .findFirst()
        .map(loop -> loop.name + " has ended; restart this process");
  }

  /** The name of this machine; {@code -} when it is unknown. */
  static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "-";
    }
  }

  @Override
  public void close() {
    while (!running.isEmpty()) {
      try {
        running.pop().close();
      } catch (Exception e) {
        log.warn("closing a part of the process failed: {}", e.getMessage());
      }
    }
  }
}
