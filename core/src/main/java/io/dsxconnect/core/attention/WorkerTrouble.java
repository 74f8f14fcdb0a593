package io.dsxconnect.core.attention;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.core.attention.Trouble.Subject;
import io.dsxconnect.core.attention.Trouble.Words;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.worker.LiveWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Stages with waiting tasks that no worker has served for 30 s. Thread-safe. */
@ThreadSafe
final class WorkerTrouble implements TroubleSource {
  /** A worker that is restarted, or has just been started, is back within this time. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final ToLongFunction<Stage> backlog;
  private final Supplier<List<LiveWorker>> workers;
  private final LongSupplier nanos;

  /** When this process first found a stage without a worker, in nanoseconds. */
  @GuardedBy("this") private final Map<Stage, Long> alone = new EnumMap<>(Stage.class);

  /**
   * @param backlog tasks of a stage that wait; may block; asked only for stages without a worker
   * @param workers the live ones; may block
   * @param nanos a monotonic clock, in nanoseconds
   */
  WorkerTrouble(
      ToLongFunction<Stage> backlog, Supplier<List<LiveWorker>> workers, LongSupplier nanos) {
    this.backlog = backlog;
    this.workers = workers;
    this.nanos = nanos;
  }

  @Override
  public List<Trouble> find() {
    Set<String> served =
        workers.get().stream().map(w -> w.report().identity().queue()).collect(Collectors.toSet());
    List<Trouble> found = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      if (isAlone(stage, served.contains(stage.queue())) && backlog.applyAsLong(stage) > 0) {
        found.add(
            Trouble.of(
                    Kind.NO_WORKER,
                    "/settings#workers",
                    new Words(
                        "No worker serves the " + DeadLetterTrouble.name(stage) + " stage",
                        "Its tasks wait until a worker on " + stage.queue() + " is started."))
                .about(new Subject("queue", stage.queue(), stage.queue())));
      }
    }
    return found;
  }

  private synchronized boolean isAlone(Stage stage, boolean served) {
    if (served) {
      alone.remove(stage);
      return false;
    }
    long now = nanos.getAsLong();
    Long since = alone.putIfAbsent(stage, now);
    return since != null && now - since >= GRACE.toNanos();
  }
}
