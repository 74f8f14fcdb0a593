package io.dsxconnect.core.notify;

import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.event.JobSnapshots;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Task;
import java.time.InstantSource;

/** Publishes every recorded result with the present state of its job. Thread-safe. */
public final class NotifyStage implements StageHandler {
  private final Events events;
  private final JobSnapshots snapshots;

  public NotifyStage(Events events, Jobs jobs, InstantSource clock) {
    this.events = events;
    this.snapshots = new JobSnapshots(jobs, clock);
  }

  @Override
  public Handoff handle(Task task) {
    // The record is JSON: parsing and writing it again would cost more than the rest.
    String job = snapshots.json(task.job());
    String event =
        "{\"type\":\"scan_result\",\"scan_result\":"
            + task.body()
            + (job.isEmpty() ? "" : ",\"job\":" + job)
            + "}";
    return Handoff.of(task).event(events.channel(), event);
  }

  @Override
  public Handoff giveUp(Task task, String reason) {
    return Handoff.of(task);
  }
}
