package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.notify.Events;
import io.dsxconnect.core.notify.JobSnapshot;
import io.dsxconnect.http.Bodies;
import io.dsxconnect.http.HttpServer;
import io.dsxconnect.http.Refusal;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/** Jobs: how they stand, and steering them. */
public final class JobResource implements Api.Resource {
  private static final int LISTED = 1000;

  private final Jobs jobs;
  private final Events events;
  private final InstantSource clock;

  public JobResource(Jobs jobs, Events events, InstantSource clock) {
    this.jobs = jobs;
    this.events = events;
    this.clock = clock;
  }

  @Override
  public void routes(HttpRouting.Builder routing, String prefix) {
    String base = prefix + Routes.JOBS;
    routing.get(
        base,
        (req, res) ->
            HttpServer.send(
                res, 200, jobs.list(LISTED).stream().map(j -> JobView.of(j, clock)).toList()));
    routing.get(
        base + "/{job}", (req, res) -> HttpServer.send(res, 200, JobView.of(find(req), clock)));
    routing.get(base + "/{job}/raw", this::raw);
    routing.post(base + "/{job}/enqueue_done", this::enqueueDone);
    routing.post(base + "/{job}/pause", (req, res) -> steer(req, res, Jobs.Verb.PAUSE));
    routing.post(base + "/{job}/resume", (req, res) -> steer(req, res, Jobs.Verb.RESUME));
    routing.post(base + "/{job}/cancel", (req, res) -> steer(req, res, Jobs.Verb.CANCEL));
  }

  private static String id(ServerRequest req) {
    return req.path().pathParameters().get("job");
  }

  private Job find(ServerRequest req) {
    return jobs.find(id(req)).orElseThrow(() -> Refusal.of(404, "job_not_found"));
  }

  private void raw(ServerRequest req, ServerResponse res) {
    Jobs.Raw raw = jobs.raw(id(req));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("key", "dsxconnect:job:" + id(req));
    body.put("ttl", raw.ttl());
    body.put("data", raw.data());
    HttpServer.send(res, 200, body);
  }

  private void enqueueDone(ServerRequest req, ServerResponse res) throws InvalidInput {
    byte[] body = Bodies.read(req, 1 << 20);
    JsonNode said = body.length == 0 ? Json.object() : Json.parse(body);
    if (!said.isObject()) {
      throw InvalidInput.notAnObject("an array or a plain value");
    }
    jobs.enqueueDone(
        id(req),
        new Jobs.Listed(
            said.path("enqueued_total").asLong(-1),
            said.path("skipped").asLong(0),
            said.path("errors").asLong(0)));
    HttpServer.send(res, 200, Map.of("ok", true));
  }

  private void steer(ServerRequest req, ServerResponse res, Jobs.Verb verb) {
    switch (jobs.steer(id(req), verb)) {
      case UNKNOWN -> throw Refusal.of(404, "job_not_found");
      case FINISHED -> throw Refusal.of(409, "job_finished");
      case OK -> {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", "scan_result");
        event.put("scan_result", Map.of("type", "job_status"));
        event.put("job", JobSnapshot.of(find(req)));
        events.publish(Json.text(event));
        HttpServer.send(res, 200, Map.of("ok", true));
      }
    }
  }
}
