package io.dsxconnect.e2e;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * Measures one tab from inside: how long interactions take until the next paint (Event Timing),
 * what its main thread does, what it asks for, and its heap. Confined to one thread.
 */
final class TabProbe {
  /** Collects interactions that took 16 ms or longer, and sums up requests by path. */
  private static final String OBSERVE =
      """
      (() => {
        const slow = [];
        new PerformanceObserver(list => {
          for (const e of list.getEntries()) {
            if (e.interactionId) slow.push([e.interactionId, e.name, e.duration,
              e.processingStart - e.startTime, e.processingEnd - e.processingStart]);
          }
        }).observe({ type: 'event', durationThreshold: 16, buffered: true });
        const asked = {};
        new PerformanceObserver(list => {
          for (const e of list.getEntries()) {
            const path = new URL(e.name).pathname.replace(/[0-9a-f-]{36}/g, 'ID');
            if (!path.startsWith('/dsx-connect')) continue;
            const sum = asked[path] ??= [0, 0, 0];
            sum[0]++;
            sum[1] += e.transferSize;
            sum[2] += e.duration;
          }
          performance.clearResourceTimings();
        }).observe({ type: 'resource', buffered: true });
        window.probe = {
          // An entry is reported after the frame that shows the change; frames of a hidden tab are rare.
          take: () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(
            () => setTimeout(() => done(JSON.stringify(slow.splice(0))), 60)))),
          asked,
        };
      })()
      """;

  /** What the observer does not report was shorter than this. */
  private static final double LEAST_MS = 16;

  private final String name;
  private final Page page;
  private final CDPSession devTools;
  private final List<Interaction> interactions = new ArrayList<>();
  private final List<Double> worked = new ArrayList<>();

  /**
   * One interaction.
   *
   * @param ms from the event until what it changed was painted, in steps of 8 ms
   * @param waited of these until its first listener ran
   * @param ran of these in listeners
   */
  record Interaction(String act, double ms, double waited, double ran) {}

  /** The heap after a collection, in bytes, and the nodes and listeners of the document. */
  record Heap(long used, long nodes, long listeners) {}

  /** Must be created before the page is opened. */
  TabProbe(String name, Page page) {
    this.name = name;
    this.page = page;
    page.addInitScript(OBSERVE);
    devTools = page.context().newCDPSession(page);
    JsonObject clock = new JsonObject();
    clock.addProperty("timeDomain", "threadTicks");
    devTools.send("Performance.enable", clock);
  }

  /** Makes it the tab that the person sees: the others paint seldom. */
  void show() {
    page.bringToFront();
    take();
  }

  String name() {
    return name;
  }

  Page page() {
    return page;
  }

  /** Does one thing that a person does with mouse or keys, and keeps how long it took. */
  void act(String act, Runnable doIt) {
    take();
    double before = metrics().getOrDefault("TaskDuration", 0.0);
    doIt.run();
    JsonElement slow = JsonParser.parseString(take());
    worked.add(1000 * (metrics().getOrDefault("TaskDuration", 0.0) - before));
    Map<Long, Interaction> byId = new HashMap<>();
    for (JsonElement each : slow.getAsJsonArray()) {
      var entry = each.getAsJsonArray();
      Interaction one =
          new Interaction(
              act + " " + entry.get(1).getAsString(),
              entry.get(2).getAsDouble(),
              entry.get(3).getAsDouble(),
              entry.get(4).getAsDouble());
      byId.merge(entry.get(0).getAsLong(), one, (a, b) -> a.ms() >= b.ms() ? a : b);
    }
    if (byId.isEmpty()) {
      interactions.add(new Interaction(act, LEAST_MS, 0, 0));
    } else {
      interactions.addAll(byId.values());
    }
  }

  private String take() {
    return (String) page.evaluate("() => window.probe.take()");
  }

  List<Interaction> interactions() {
    return List.copyOf(interactions);
  }

  /** The duration that this share of the interactions did not exceed, in ms. */
  double quantile(double share) {
    return quantile(interactions.stream().mapToDouble(Interaction::ms), share);
  }

  /**
   * The processor time of the main thread for an interaction and what came meanwhile that this
   * share of them did not exceed, in ms. Unlike the duration, it hardly depends on other work on
   * the machine.
   */
  double worked(double share) {
    return quantile(worked.stream().mapToDouble(each -> each), share);
  }

  private static double quantile(DoubleStream figures, double share) {
    double[] all = figures.sorted().toArray();
    return all[Math.max(0, (int) Math.ceil(all.length * share) - 1)];
  }

  /** Collects garbage first. */
  Heap heap() {
    devTools.send("HeapProfiler.collectGarbage");
    Map<String, Double> now = metrics();
    return new Heap(
        now.getOrDefault("JSHeapUsedSize", 0.0).longValue(),
        now.getOrDefault("Nodes", 0.0).longValue(),
        now.getOrDefault("JSEventListeners", 0.0).longValue());
  }

  /** Chromium's figures of the tab; times are processor time of its main thread, in seconds. */
  Map<String, Double> metrics() {
    Map<String, Double> all = new HashMap<>();
    for (JsonElement each : devTools.send("Performance.getMetrics").getAsJsonArray("metrics")) {
      JsonObject metric = each.getAsJsonObject();
      all.put(metric.get("name").getAsString(), metric.get("value").getAsDouble());
    }
    return all;
  }

  /** What the page has asked for since its load: path, times, bytes, ms each. */
  String asked() {
    return (String)
        page.evaluate(
            """
            () => Object.entries(window.probe.asked).sort((a, b) => b[1][0] - a[1][0]).slice(0, 9)
              .map(([path, [n, bytes, ms]]) =>
                `${path.replace('/dsx-connect/api/v1', '')} ${n} x ${Math.round(bytes / n)} B, ${Math.round(ms / n)} ms`)
              .join('\\n    ')
            """);
  }
}
