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
 * Accepts scan requests: counts them in their job's ledger and queues them in their lane, in
 * scripts of up to 1,000 requests that each do all of it or nothing. Thread-safe.
 */
public final class Intake {
  private static final Duration IDEMPOTENCY_TTL = Duration.ofHours(24);

  /** Redis executes nothing else during a script. */
  private static final int MAX_REQUESTS_PER_CALL = 1000;

  private final Redis redis;
  private final Supplier<String> ids;

  /**
   * @param ids makes ids of tasks
   */
  public Intake(Redis redis, Supplier<String> ids) {
    this.redis = redis;
    this.ids = ids;
  }

  /** The result of {@link Intake#accept}. */
  public sealed interface Answer {
    /**
     * @param tasks one id per request, in the order of the requests
     * @param repeated whether an earlier call with the same idempotency key got these ids
     */
    record Accepted(List<String> tasks, boolean repeated) implements Answer {}

    /** The idempotency key was used with other requests: nothing was accepted. */
    record KeyReused() implements Answer {}

    /** The job is paused: nothing was accepted. */
    record Paused() implements Answer {}

    /** The job is cancelled: nothing was accepted. */
    record Cancelled() implements Answer {}
  }

  /**
   * Accepts requests of one job and one connector. If the job is paused or cancelled during a call
   * with more than 1,000 requests, the answer has fewer tasks than requests.
   *
   * @param job as announced, or as the caller names it
   * @param requests at least one; all with the same connector
   * @param jobName for people; null keeps the present one
   * @param idempotencyKey a repeat within 24 hours accepts nothing and gets the first answer; null:
   *     none
   * @throws IntakeClosedException if Redis is nearly full, or too many files wait for addresses of
   *     no registered connector
   * @throws RedisUnavailableException if Redis does not answer; a repeat without an idempotency key
   *     may then accept the requests twice
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
    for (int from = 0; from < requests.size(); from += MAX_REQUESTS_PER_CALL) {
      // Each part has its own key, so that a repeat accepts the missing parts only.
      String key =
          idempotencyKey == null || from == 0 ? idempotencyKey : idempotencyKey + "+" + from;
      last =
          acceptPart(
              job,
              requests.subList(from, Math.min(requests.size(), from + MAX_REQUESTS_PER_CALL)),
              jobName,
              key);
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

  /** Accepts requests without a name for their job and without an idempotency key. */
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
    // Not the whole connector object, which may change before the caller repeats.
    arguments.add(
        idempotencyKey == null ? "" : digest(List.of(idempotencyKey, job, origin.connectorKey())));
    arguments.add(Long.toString(IDEMPOTENCY_TTL.toSeconds()));
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
      // Redis may fill up between two readings of its memory.
      throw e.outOfMemory() ? new IntakeClosedException("redis_full: " + e.getMessage()) : e;
    }
  }

  /** Derives all ids from the first, so that a repeat needs that one only. */
  private static List<String> tasksFrom(String first, int count) {
    List<String> tasks = new ArrayList<>(count);
    tasks.add(first);
    for (int i = 1; i < count; i++) {
      tasks.add(
          UUID.nameUUIDFromBytes((first + "#" + i).getBytes(StandardCharsets.UTF_8)).toString());
    }
    return List.copyOf(tasks);
  }

  /** The first 128 bits of a SHA-256 over the texts, each with its length. */
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
