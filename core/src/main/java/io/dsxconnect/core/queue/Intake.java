package io.dsxconnect.core.queue;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes files in: counted in their job's ledger and queued in their lane, up to a thousand at once
 * or not at all.
 */
public final class Intake {
  private static final Duration IDEMPOTENCY = Duration.ofHours(24);

  /** Files in one call: Redis does nothing else meanwhile. */
  private static final int AT_ONCE = 1000;

  private final Redis redis;
  private final Supplier<String> ids;

  /**
   * @param ids gives task ids
   */
  public Intake(Redis redis, Supplier<String> ids) {
    this.redis = redis;
    this.ids = ids;
  }

  /** What became of a request to take files in. */
  public sealed interface Answer {
    /**
     * @param tasks one id a file, in the order of the files
     * @param repeated whether the same idempotency key was answered before, with these ids
     */
    record Accepted(List<String> tasks, boolean repeated) implements Answer {}

    /** The job is paused: nothing was taken in. */
    record Paused() implements Answer {}

    /** The job was cancelled: nothing was taken in. */
    record Cancelled() implements Answer {}
  }

  /**
   * Takes files of one job and one connector in; of very many some may be refused because the job
   * was paused or cancelled meanwhile, then the answer names fewer tasks.
   *
   * @param job as announced or named by the caller
   * @param requests at least one; all with the same connector
   * @param idempotencyKey a repeat with the same key takes nothing in and gets the first answer;
   *     null for none
   * @throws io.dsxconnect.core.redis.IntakeClosed when Redis is nearly full
   */
  public Answer accept(
      String job,
      List<ScanRequest> requests,
      @Nullable String jobName,
      @Nullable String idempotencyKey) {
    redis.memory().requireRoom();
    List<String> tasks = new ArrayList<>(requests.size());
    boolean repeated = true;
    Answer last = new Answer.Paused();
    for (int from = 0; from < requests.size(); from += AT_ONCE) {
      // Each part has a key of its own: a repeat takes in just the parts that are missing.
      String key =
          idempotencyKey == null || from == 0 ? idempotencyKey : idempotencyKey + "+" + from;
      last =
          acceptPart(
              job, requests.subList(from, Math.min(requests.size(), from + AT_ONCE)), jobName, key);
      if (last instanceof Answer.Accepted accepted) {
        tasks.addAll(accepted.tasks());
        repeated &= accepted.repeated();
      }
    }
    return tasks.isEmpty() ? last : new Answer.Accepted(List.copyOf(tasks), repeated);
  }

  private Answer acceptPart(
      String job,
      List<ScanRequest> requests,
      @Nullable String jobName,
      @Nullable String idempotencyKey) {
    Origin origin = Origin.of(requests.getFirst());
    String uuid =
        origin.connector() == null || origin.connector().uuid() == null
            ? ""
            : origin.connector().uuid();
    List<String> arguments = new ArrayList<>(requests.size() * 2 + 8);
    arguments.add(job);
    arguments.add(origin.connectorKey());
    arguments.add(uuid);
    arguments.add(jobName == null ? "" : jobName);
    arguments.add(origin.digest());
    arguments.add(origin.json());
    // Not the whole connector: what it says of itself may change before the caller repeats.
    arguments.add(
        idempotencyKey == null ? "" : idempotencyKey + ":" + job + ":" + origin.connectorKey());
    arguments.add(Long.toString(IDEMPOTENCY.toSeconds()));
    for (ScanRequest request : requests) {
      arguments.add(ids.get());
      arguments.add(Json.text(Origin.strip(request)));
    }
    List<Object> answer =
        redis.run(Script.ENQUEUE, ScriptOutputType.MULTI, arguments.toArray(String[]::new));
    String kind = (String) answer.getFirst();
    return switch (kind) {
      case "paused" -> new Answer.Paused();
      case "cancelled" -> new Answer.Cancelled();
      default ->
          new Answer.Accepted(
              answer.stream().skip(1).map(String.class::cast).toList(), kind.equals("repeated"));
    };
  }
}
