package io.dsxconnect.core.attention;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.attention.Trouble.Subject;
import io.dsxconnect.core.attention.Trouble.Words;
import io.dsxconnect.core.job.Backlogs;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.worker.LiveWorker;
import io.dsxconnect.core.worker.WorkerReports;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Stages with waiting tasks that no worker has served for 30 s. Thread-safe. */
@ThreadSafe
final class WorkerTrouble implements TroubleSource {
  /** A worker that is restarted, or has just been started, is back within this time. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Pipeline pipeline;

  WorkerTrouble(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** What is known of stages and workers. Implementations are thread-safe and may block. */
  interface Pipeline {
    List<LiveWorker> workers();

    /** The tasks of a stage; asked only for stages without a live worker. */
    Backlogs.Backlog backlog(Stage stage);

    /** When a worker last served a queue; asked only for stages without a live worker. */
    WorkerReports.Served lastServed(String queue);
  }

  @Override
  public List<Trouble> find() {
    Set<String> served =
        pipeline.workers().stream()
            .map(w -> w.report().identity().queue())
            .collect(Collectors.toSet());
    List<Trouble> found = new ArrayList<>();
    for (Stage stage : Stage.values()) {
      if (!served.contains(stage.queue())) {
        unserved(stage).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<Trouble> unserved(Stage stage) {
    Backlogs.Backlog backlog = pipeline.backlog(stage);
    if (backlog.tasks() == 0) {
      return Optional.empty();
    }
    WorkerReports.Served last = pipeline.lastServed(stage.queue());
    OptionalLong since = since(backlog, last);
    if (since.isEmpty() || last.now() - since.getAsLong() < GRACE.toMillis()) {
      return Optional.empty();
    }
    return Optional.of(
        Trouble.of(
                Kind.NO_WORKER,
                "/settings#workers",
                new Words(
                    "No worker serves the " + DeadLetterTrouble.name(stage) + " stage",
                    "Its tasks wait until a worker on " + stage.queue() + " is started."))
            .about(new Subject("queue", stage.queue(), stage.queue()))
            .counting(backlog.tasks())
            .since(since.getAsLong() / 1000));
  }

  /**
   * Since when tasks wait without a worker, in ms; empty when no worker has served the stage and
   * nothing waits to be taken: the tasks of a paused job wait on purpose.
   */
  private static OptionalLong since(Backlogs.Backlog backlog, WorkerReports.Served last) {
    if (backlog.oldestSeconds() > 0) {
      long oldest = last.now() - Math.round(backlog.oldestSeconds() * 1000);
      return OptionalLong.of(Math.max(oldest, last.lastBeat()));
    }
    return last.lastBeat() == 0 ? OptionalLong.empty() : OptionalLong.of(last.lastBeat());
  }
}
