package io.dsxconnect.core.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.core.event.Events;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Adds up events for one message to all clients. Its size is bounded, however many events it
 * covers: it has the last 10 malicious files and the last 100 jobs. Confined to one thread.
 */
final class Pulse {
  private static final int MAX_FINDINGS = 10;
  private static final int MAX_JOBS = 100;

  /** A pulse with more is sent at once, so that the work for one stays bounded. */
  private static final int MAX_EVENTS = 5_000;

  private static final long MAX_CHARS = 16L << 20;

  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<String, Finding> findings = new LinkedHashMap<>();
  private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
  private int events;
  private long chars;
  private boolean moreJobs;
  private @Nullable Long newestId;
  private final List<String> unreadable = new ArrayList<>();
  private boolean connectors;

  /** Whether there is nothing to report; heartbeats of connectors are not reported. */
  boolean isEmpty() {
    return events == 0 && !connectors;
  }

  /** Whether it covers as many events as one pulse may. */
  boolean isFull() {
    return events >= MAX_EVENTS || chars >= MAX_CHARS;
  }

  void addResults(List<Events.Event> read) {
    for (Events.Event event : read) {
      events++;
      chars += event.json().length();
      try {
        add(ResultEvent.read(event.json()));
      } catch (InvalidInput | RuntimeException e) {
        // One event must not stop the ones behind it.
        unreadable.add(event.id() + ": " + e.getMessage());
      }
    }
  }

  /**
   * The id and the fault of each event that could not be read; it counts as an event all the same.
   */
  List<String> unreadable() {
    return List.copyOf(unreadable);
  }

  private void add(ResultEvent event) {
    if (event.outcome() != null) {
      outcomes.merge(event.outcome(), 1L, Long::sum);
    }
    if (event.record() != null) {
      newestId = newestId == null ? event.record() : Math.max(newestId, event.record());
    }
    Finding finding = event.finding();
    if (finding != null) {
      replaceLast(findings, finding.task(), finding, MAX_FINDINGS);
    }
    ObjectNode job = event.job();
    if (job != null) {
      moreJobs |= replaceLast(jobs, job.path("job_id").asText(), job, MAX_JOBS);
    }
  }

  /** Puts a value at the end; returns whether the first was removed to make room. */
  private static <T> boolean replaceLast(Map<String, T> map, String key, T value, int most) {
    map.remove(key);
    map.put(key, value);
    if (map.size() <= most) {
      return false;
    }
    map.remove(map.keySet().iterator().next());
    return true;
  }

  void addConnectors(List<Events.Event> read) {
    for (Events.Event event : read) {
      chars += event.json().length();
      // A heartbeat changes nothing that a list of connectors shows.
      connectors |= !event.json().startsWith("{\"type\":\"refreshed\"");
    }
  }

  /** Notes that connectors may have changed, when their events are not kept any more. */
  void connectorsChanged() {
    connectors = true;
  }

  /**
   * The pulse as a frame of server-sent events.
   *
   * @param end the position after the last event
   * @param atSeconds the time, in seconds since the epoch
   */
  byte[] frame(Position end, long atSeconds) {
    Map<String, Long> columns = new LinkedHashMap<>();
    outcomes.forEach((outcome, files) -> columns.put(outcome.column(), files));
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("type", "pulse");
    body.put("at", atSeconds);
    body.put("events", events);
    body.put("newest_id", newestId);
    body.put("outcomes", columns);
    body.put("malicious", findings.values().stream().map(Json::tree).toList());
    body.put("jobs", List.copyOf(jobs.values()));
    body.put("more_jobs", moreJobs);
    body.put("connectors", connectors);
    return ("id: " + end + "\ndata: " + Json.text(body) + "\n\n").getBytes(StandardCharsets.UTF_8);
  }
}
