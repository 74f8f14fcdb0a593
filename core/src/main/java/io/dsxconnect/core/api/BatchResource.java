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
 * Accepts batches of scan requests. An invalid request is counted and makes its job end incomplete;
 * it does not prevent the others. Thread-safe.
 */
public final class BatchResource implements RouteTable.Resource {
  private static final int MAX_BODY_BYTES = 16 << 20;
  private static final int MAX_ITEM_BYTES = 256 << 10;

  /** Requests per batch; ten times what the core asks connectors to send. */
  private static final int MAX_REQUESTS = 10_000;

  /** Refused items that the answer lists. */
  private static final int MAX_REFUSED_LISTED = 1000;

  private static final int DEFAULT_BATCH_SIZE = 10;

  private final Intake intake;
  private final Jobs jobs;
  private final ApiPresence presence;
  private final Supplier<String> ids;
  private final int batchMax;

  /**
   * @param ids creates the ids of jobs that requests do not name
   * @param batchMax largest batch size that answers report
   */
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
                "Accept scan requests for up to " + MAX_REQUESTS + " files")
            .body(Batch.class, MAX_BODY_BYTES)
            .answers(202, "Queued and counted, except refused_items", Batched.class)
            .answers(
                409, "The jobs are paused or cancelled; no request was accepted", Batched.class)
            .answers(422, "No request is valid")
            .to(this::acceptBatch));
  }

  /** The valid requests and the faults of the others, by position in the batch. */
  private record Parsed(Map<Integer, ScanRequest> valid, Map<Integer, InvalidInput> invalid) {}

  private void acceptBatch(Call call) throws InvalidInput {
    JsonList items = JsonList.split(call.jsonBytes(), "requests", MAX_REQUESTS, MAX_ITEM_BYTES);
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
    Parsed parsed = parse(items);
    if (parsed.valid.isEmpty()) {
      countRefused(items, parsed);
      throw merged(parsed.invalid);
    }
    accept(call, items, parsed, batchSize);
  }

  /** As in the original: 10 when absent or 0, and limited to the range 1 to {@code batchMax}. */
  private int batchSize(JsonList items) throws InvalidInput {
    Fields fields = Fields.ofBody(items.rest());
    Long asked = fields.nullableCount("batch_size", Long.MIN_VALUE);
    fields.check();
    return (int) Math.clamp(asked == null || asked == 0 ? DEFAULT_BATCH_SIZE : asked, 1L, batchMax);
  }

  private static Parsed parse(JsonList items) {
    Map<Integer, ScanRequest> valid = new LinkedHashMap<>();
    Map<Integer, InvalidInput> invalid = new LinkedHashMap<>();
    for (int i = 0; i < items.size(); i++) {
      List<Object> loc = List.of("body", "requests", i);
      try {
        valid.put(i, ScanRequests.read(items.item(i), loc));
      } catch (InvalidInput e) {
        invalid.put(i, e.within(loc));
      }
    }
    return new Parsed(valid, invalid);
  }

  private static InvalidInput merged(Map<Integer, InvalidInput> invalid) {
    return new InvalidInput(invalid.values().stream().flatMap(e -> e.problems().stream()).toList());
  }

  private void accept(Call call, JsonList items, Parsed parsed, int batchSize) throws InvalidInput {
    // One intake call per job and origin; a batch of the original's connectors has one of each.
    Map<List<Object>, List<ScanRequest>> groups = new LinkedHashMap<>();
    String key = call.header("Idempotency-Key");
    for (ScanRequest request : parsed.valid.values()) {
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
        switch (intake.accept(
            job, group.getValue(), call.truncatedHeader("X-Job-Name"), groupKey)) {
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
        parsed.invalid.entrySet().stream()
            .limit(MAX_REFUSED_LISTED)
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
      countRefused(items, parsed);
    }
    call.answer(
        202,
        new Batched(
            "success",
            "Queued " + tasks.size() + " scan requests in " + groups.size() + " batch task(s)",
            description(parsed.valid.size() - tasks.size(), parsed.invalid.size()),
            tasks,
            tasks.size(),
            batchSize,
            refused));
  }

  private static String description(int held, int invalid) {
    List<String> parts = new ArrayList<>();
    if (held > 0) {
      parts.add(held + " requests were refused: their jobs are paused or cancelled");
    }
    if (invalid > 0) {
      parts.add(invalid + " requests are invalid: see refused_items");
    }
    return parts.isEmpty() ? "Batch scan tasks queued" : String.join("; ", parts);
  }

  /**
   * Counts invalid items to the job that each names, else to the job of the valid items if they
   * share one.
   */
  private void countRefused(JsonList items, Parsed parsed) {
    List<String> named =
        parsed.valid.values().stream()
            .map(ScanRequest::scanJobId)
            .map(String::valueOf)
            .distinct()
            .limit(2)
            .toList();
    String only = named.size() == 1 ? named.getFirst() : "";
    Map<String, List<InvalidInput>> byJob = new LinkedHashMap<>();
    parsed.invalid.forEach(
        (index, why) ->
            byJob.computeIfAbsent(jobOf(items, index, only), j -> new ArrayList<>()).add(why));
    byJob.remove("");
    byJob.forEach(
        (job, refused) ->
            jobs.refused(job, refused.size(), RefusedItem.reason(refused.getFirst())));
  }

  private static String jobOf(JsonList items, int index, String fallback) {
    String job = items.textIn(index, "scan_job_id");
    return job == null || job.isBlank() || !JobIds.isValid(job) ? fallback : job;
  }
}
