package io.dsxconnect.core.queue;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.core.redis.IntakeClosedException;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.redis.Script;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
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

    /** The same idempotency key came with other files before: nothing was taken in. */
    record KeyReused() implements Answer {}

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
   * @throws IntakeClosedException when Redis is nearly full, or too many addresses are in use that
   *     belong to no registered connector
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
      if (last instanceof Answer.KeyReused) {
        return last;
      }
      if (last instanceof Answer.Accepted accepted) {
        tasks.addAll(accepted.tasks());
        repeated &= accepted.repeated();
      }
    }
    return tasks.isEmpty() ? last : new Answer.Accepted(List.copyOf(tasks), repeated);
  }

  /** Takes files in, without a name for their job and without an idempotency key. */
  public Answer accept(String job, List<ScanRequest> requests) {
    return accept(job, requests, null, null);
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
    List<String> bodies = requests.stream().map(r -> Json.text(Origin.strip(r))).toList();
    List<String> tasks =
        idempotencyKey == null
            ? requests.stream().map(request -> ids.get()).toList()
            : tasksFrom(ids.get(), requests.size());
    List<String> arguments = new ArrayList<>(requests.size() * 2 + 9);
    arguments.add(job);
    arguments.add(origin.connectorKey());
    arguments.add(uuid);
    arguments.add(jobName == null ? "" : jobName);
    arguments.add(origin.digest());
    arguments.add(origin.json());
    // Not the whole connector: what it says of itself may change before the caller repeats.
    arguments.add(
        idempotencyKey == null ? "" : digest(List.of(idempotencyKey, job, origin.connectorKey())));
    arguments.add(Long.toString(IDEMPOTENCY.toSeconds()));
    arguments.add(idempotencyKey == null ? "" : digest(bodies));
    for (int i = 0; i < tasks.size(); i++) {
      arguments.add(tasks.get(i));
      arguments.add(bodies.get(i));
    }
    List<Object> answer = enqueue(arguments);
    return switch ((String) answer.getFirst()) {
      case "accepted" -> new Answer.Accepted(tasks, false);
      case "repeated" ->
          new Answer.Accepted(tasksFrom((String) answer.getLast(), requests.size()), true);
      case "reused" -> new Answer.KeyReused();
      case "paused" -> new Answer.Paused();
      case "cancelled" -> new Answer.Cancelled();
      case "foreign" ->
          throw new IntakeClosedException(
              "too_many_unknown_addresses: files of many addresses wait that belong to no"
                  + " registered connector; register the connector, or cancel those jobs");
      default -> throw new IllegalStateException("enqueue.lua answered " + answer);
    };
  }

  private List<Object> enqueue(List<String> arguments) {
    try {
      return redis.runList(Script.ENQUEUE, arguments);
    } catch (RedisUnavailableException e) {
      // It may fill up between two looks at its memory.
      throw e.outOfMemory() ? new IntakeClosedException("redis_full: " + e.getMessage()) : e;
    }
  }

  /** The first task stands for all of a request, so that a repeat finds them by one. */
  private static List<String> tasksFrom(String first, int count) {
    List<String> tasks = new ArrayList<>(count);
    tasks.add(first);
    for (int i = 1; i < count; i++) {
      tasks.add(
          UUID.nameUUIDFromBytes((first + "#" + i).getBytes(StandardCharsets.UTF_8)).toString());
    }
    return List.copyOf(tasks);
  }

  /** The first 128 bits of a SHA-256; lengths keep the texts apart. */
  private static String digest(List<String> texts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
        sha.update(bytes);
      }
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(sha.digest(), 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
