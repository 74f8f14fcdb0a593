package io.dsxconnect.core.api;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.event.Events;
import io.dsxconnect.core.event.JobSnapshot;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events, see docs/wire.md, "Events (pub/sub and SSE)". Each event has the id of its
 * position, so that a client that reconnects with {@code Last-Event-ID} misses no event that is
 * still kept. An idle stream sends a heartbeat every 10 s. A request blocks for as long as its
 * stream is open. Thread-safe.
 */
@ThreadSafe
public final class EventResource implements RouteTable.Resource, AutoCloseable {
  private final Events results;
  private final Events connectors;
  private final Jobs jobs;
  private final InstantSource clock;
  private final EventStream.Terms terms;
  private final OpenStreams streams;

  /** With {@link EventStream.Terms#DEFAULT}: at most 512 streams. */
  public EventResource(Events results, Events connectors, Jobs jobs, InstantSource clock) {
    this(results, connectors, jobs, clock, EventStream.Terms.DEFAULT);
  }

  EventResource(
      Events results, Events connectors, Jobs jobs, InstantSource clock, EventStream.Terms terms) {
    this.terms = terms;
    this.streams = new OpenStreams(terms.streams());
    this.results = results;
    this.connectors = connectors;
    this.jobs = jobs;
    this.clock = clock;
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                Routes.SUBSCRIBE_SCAN_RESULT,
                Access.VIEWER,
                "Stream every result, with the progress of its job")
            .with(
                Param.flag(
                    "coalesce", "One summary per second instead of every result; for many files"))
            .answers(200, "text/event-stream")
            .answers(503, "Too many streams are open")
            .to(
                call ->
                    stream(
                        call,
                        results,
                        stream -> {
                          stream.send("data: {\"type\":\"connected\"}\n\nretry: 5000\n");
                          stream.follow(results, call.flag("coalesce"));
                        })),
        Route.get(
                "/subscribe/connector-registered",
                Access.VIEWER,
                "Stream registrations and removals of connectors")
            .answers(200, "text/event-stream")
            .answers(503, "Too many streams are open")
            .to(
                call ->
                    stream(
                        call,
                        connectors,
                        stream -> {
                          stream.send(
                              "retry: 5000\ndata: {\"type\":\"connected\",\"message\":\"Connector"
                                  + " SSE stream started\"}\n\n");
                          stream.follow(connectors, false);
                        })),
        Route.get(
                "/subscribe/job-summary/{job_id}", Access.VIEWER, "Stream the progress of one job")
            .with(
                Param.pathText("job_id", "Id of the job"),
                Param.number("interval", 2, 60, 5, "Seconds between two summaries"))
            .answers(200, "text/event-stream; ends with the job")
            .answers(503, "Too many streams are open")
            .to(call -> stream(call, null, stream -> jobSummary(call, stream))));
  }

  /** The number of open streams. */
  int streams() {
    return streams.count();
  }

  private interface StreamBody {
    void sendTo(EventStream stream) throws IOException, InterruptedException;
  }

  private void stream(Call call, @Nullable Events begin, StreamBody body)
      throws IOException, InterruptedException, InvalidInput {
    streams.run(
        call,
        () -> {
          try (EventStream stream = new EventStream(call, terms, begin, streams::accepting)) {
            body.sendTo(stream);
            if (!streams.accepting()) {
              stream.send(OpenStreams.FAREWELL);
            }
          }
        });
  }

  private void jobSummary(Call call, EventStream stream) throws IOException, InterruptedException {
    String id = call.text("job_id");
    long intervalMillis = Math.round(call.seconds("interval") * 1000);
    stream.send(
        "retry: 5000\ndata: " + Json.text(ordered("type", "connected", "job_id", id)) + "\n\n");
    boolean ended = false;
    do {
      try {
        Optional<Job> job = jobs.find(id);
        stream.data(summary(id, job));
        ended = job.map(Job::finished).orElse(false);
      } catch (RedisUnavailableException e) {
        stream.data(ordered("type", "heartbeat", "status", "redis_unavailable"));
      }
    } while (!ended && stream.pause(intervalMillis));
  }

  private Map<String, Object> summary(String id, Optional<Job> job) {
    if (job.isEmpty()) {
      return ordered("type", "job_summary", "job_id", id, "status", "not_found");
    }
    return ordered(
        "type",
        "job_summary",
        "ts",
        clock.millis() / 1000,
        "job",
        JobSnapshot.of(job.get(), clock));
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return map;
  }

  /** Ends every stream with a hint to reconnect after 1 s. Waits up to 3 s for their ends. */
  @Override
  public void close() {
    streams.close();
  }
}
