package io.dsxconnect.core.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Task;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** Tells every recorded result, with how its job stands, to whoever listens. */
public final class NotifyStage implements StageHandler {
  private final Events events;
  private final Jobs jobs;
  private final InstantSource clock;

  public NotifyStage(Events events, Jobs jobs, InstantSource clock) {
    this.events = events;
    this.jobs = jobs;
    this.clock = clock;
  }

  @Override
  public Handoff handle(Task task) {
    JsonNode result;
    try {
      result = Json.parse(task.body().getBytes(StandardCharsets.UTF_8));
    } catch (InvalidInput e) {
      throw new IllegalStateException("a recorded result is not JSON", e);
    }
    ObjectNode event = Json.object();
    event.put("type", "scan_result");
    event.set("scan_result", result);
    jobs.find(task.job()).ifPresent(job -> event.set("job", Json.tree(JobSnapshot.of(job, clock))));
    events.publish(Json.text(event));
    return Handoff.of(task);
  }

  @Override
  public Handoff giveUp(Task task, String reason) {
    return Handoff.of(task);
  }
}
