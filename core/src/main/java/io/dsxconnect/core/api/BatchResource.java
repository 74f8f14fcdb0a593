package io.dsxconnect.core.api;

import io.dsxconnect.contract.Fields;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.JsonList;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.job.ApiPresence;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.queue.Intake;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes many scan requests in at once. One that cannot be taken is counted, and the job ends
 * incomplete for it; it never keeps the others out.
 */
public final class BatchResource implements RouteTable.Resource {
  private static final int BODY = 16 << 20;
  private static final int ITEM = 256 << 10;

  /** Requests in one batch; ten times what the core asks connectors to send. */
  private static final int MOST_AT_ONCE = 10_000;

  /** Refused items that the answer names. */
  private static final int NAMED = 1000;

  private static final int USUAL_SIZE = 10;

  private final Intake intake;
  private final Jobs jobs;
  private final ApiPresence presence;
  private final Supplier<String> ids;
  private final int batchMax;

  public BatchResource(
      Intake intake, Jobs jobs, ApiPresence presence, Supplier<String> ids, int batchMax) {
    this.presence = presence;
    this.intake = intake;
    this.jobs = jobs;
    this.ids = ids;
    this.batchMax = batchMax;
  }

  /** A batch of files of any jobs and connectors. */
  record Batch(List<ScanRequest> requests, long batchSize) {}

  record Batched(
      String status,
      String message,
      @Nullable String description,
      List<String> taskIds,
      long queuedItems,
      long batchSize,
      List<RefusedItem> refusedItems) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.post(
                Routes.SCAN_REQUEST_BATCH,
                Access.CONNECTOR,
                "Take up to " + MOST_AT_ONCE + " files in")
            .body(Batch.class, BODY)
            .answers(202, "Queued and counted, but for refused_items", Batched.class)
            .answers(409, "The jobs are paused or cancelled: nothing was taken", Batched.class)
            .answers(422, "None of them can be taken")
            .to(this::many));
  }

  /** The requests that can be taken, each with its place, and why the others cannot. */
  private record Read(Map<Integer, ScanRequest> good, Map<Integer, InvalidInput> bad) {}

  private void many(Call call) throws InvalidInput {
    JsonList items = JsonList.cut(call.jsonBytes(), "requests", MOST_AT_ONCE, ITEM);
    int batchSize = batchSize(items);
    if (items.size() == 0) {
      throw Refusal.withBody(
          422,
          new Batched(
              "error",
              "No requests provided",
              "requests must contain at least one scan request",
              List.of(),
              0,
              batchSize,
              List.of()));
    }
    Read read = read(items);
    if (read.good.isEmpty()) {
      countRefused(items, read);
      throw all(read.bad);
    }
    take(call, items, read, batchSize);
  }

  /** As the original: what is no size is the usual one, and none is larger than the largest. */
  private int batchSize(JsonList items) throws InvalidInput {
    Fields fields = Fields.ofBody(items.rest());
    Long asked = fields.nullableCount("batch_size", Long.MIN_VALUE);
    fields.check();
    return (int) Math.clamp(asked == null || asked == 0 ? USUAL_SIZE : asked, 1L, batchMax);
  }

  private static Read read(JsonList items) {
    Map<Integer, ScanRequest> good = new LinkedHashMap<>();
    Map<Integer, InvalidInput> bad = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      List<Object> loc = List.of("body", "requests", i);
      try {
        good.put(i, ScanRequests.read(items.item(i), loc));
      } catch (InvalidInput e) {
        bad.put(i, e.within(loc));
      }
    }
    return new Read(good, bad);
  }

  private static InvalidInput all(Map<Integer, InvalidInput> bad) {
    return new InvalidInput(bad.values().stream().flatMap(e -> e.problems().stream()).toList());
  }

  private void take(Call call, JsonList items, Read read, int batchSize) throws InvalidInput {
    // One hand-over a job and connector; a batch of the original's connectors has just one of each.
    Map<List<Object>, List<ScanRequest>> groups = new LinkedHashMap<>();
    String key = call.header("Idempotency-Key");
    for (ScanRequest request : read.good.values()) {
      String job = ScanRequests.jobOf(request, key, groups.size(), ids);
      groups.computeIfAbsent(List.of(job, Origin.of(request)), k -> new ArrayList<>()).add(request);
    }
    List<String> tasks = new ArrayList<>();
    int position = 0;
    boolean repeated = false;
    for (Map.Entry<List<Object>, List<ScanRequest>> group : groups.entrySet()) {
      String job = (String) group.getKey().getFirst();
      String groupKey = key == null ? null : key + ":" + position++;
      try {
        switch (intake.accept(job, group.getValue(), call.cutHeader("X-Job-Name"), groupKey)) {
          case Intake.Answer.Accepted accepted -> {
            tasks.addAll(accepted.tasks());
            repeated |= accepted.repeated();
          }
          case Intake.Answer.KeyReused reused -> throw ScanRequests.keyReused();
          case Intake.Answer.Paused held -> {}
          case Intake.Answer.Cancelled held -> {}
        }
      } catch (RedisUnavailableException e) {
        if (key == null) {
          groups.keySet().forEach(names -> presence.refused((String) names.getFirst()));
        }
        throw e;
      }
    }
    List<RefusedItem> refused =
        read.bad.entrySet().stream()
            .limit(NAMED)
            .map(e -> RefusedItem.of(e.getKey(), e.getValue()))
            .toList();
    if (tasks.isEmpty()) {
      throw Refusal.withBody(
          409,
          new Batched(
              "error",
              "Job paused/cancelled",
              "nothing was queued",
              List.of(),
              0,
              batchSize,
              refused));
    }
    if (!repeated) {
      countRefused(items, read);
    }
    call.answer(
        202,
        new Batched(
            "success",
            "Queued " + tasks.size() + " scan requests in " + groups.size() + " batch task(s)",
            description(read.good.size() - tasks.size(), read.bad.size()),
            tasks,
            tasks.size(),
            batchSize,
            refused));
  }

  private static String description(int held, int bad) {
    List<String> parts = new ArrayList<>();
    if (held > 0) {
      parts.add(held + " requests were refused: their jobs are paused or cancelled");
    }
    if (bad > 0) {
      parts.add(bad + " requests cannot be taken: see refused_items");
    }
    return parts.isEmpty() ? "Batch scan tasks queued" : String.join("; ", parts);
  }

  /** To the job that an item names; to that of the others when it names none and they have one. */
  private void countRefused(JsonList items, Read read) {
    List<String> named =
        read.good.values().stream()
            .map(ScanRequest::scanJobId)
            .map(String::valueOf)
            .distinct()
            .limit(2)
            .toList();
    String only = named.size() == 1 ? named.getFirst() : "";
    Map<String, List<InvalidInput>> byJob = new LinkedHashMap<>();
    read.bad.forEach(
        (index, why) ->
            byJob.computeIfAbsent(jobOf(items, index, only), j -> new ArrayList<>()).add(why));
    byJob.remove("");
    byJob.forEach(
        (job, refused) ->
            jobs.refused(job, refused.size(), RefusedItem.reason(refused.getFirst())));
  }

  private static String jobOf(JsonList items, int index, String otherwise) {
    String job = items.textIn(index, "scan_job_id");
    return job == null || job.isBlank() || !JobIds.isOne(job) ? otherwise : job;
  }
}
