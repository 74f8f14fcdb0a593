package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.http.server.Refusal;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads, replays and discards dead letters. Thread-safe. See docs/wire.md, "Dead letters". */
public final class DeadLetterResource implements RouteTable.Resource {
  static final String BASE = "/admin/dead-letter";
  static final List<String> TYPES = DeadLetters.STAGES.stream().map(Stage::deadLetters).toList();
  private static final Param TYPE = Param.pathOneOf("queue_type", TYPES, "Type of the queue");
  private static final int SAMPLES_OF_ALL = 3;
  private static final int SAMPLES_OF_ONE = 5;

  private final DeadLetters letters;
  private final Redis redis;
  private final InstantSource clock;

  public DeadLetterResource(DeadLetters letters, Redis redis, InstantSource clock) {
    this.letters = letters;
    this.redis = redis;
    this.clock = clock;
  }

  record QueueStats(
      String queueName,
      String queueType,
      long length,
      long ttlSeconds,
      boolean exists,
      @Nullable List<JsonNode> sampleItems) {}

  record Stats(long totalItems, long activeQueues, Map<String, QueueStats> queues) {}

  record Items(
      String queueType,
      String queueName,
      long totalLength,
      long returnedCount,
      long startIndex,
      long endIndex,
      List<JsonNode> items) {}

  record Requeued(
      boolean success,
      String queueType,
      String queueName,
      long requeuedCount,
      long remainingCount,
      long failedCount,
      long jobGoneCount,
      long jobCancelledCount) {}

  record AllRequeued(boolean success, List<Requeued> results) {}

  record Cleared(boolean success, String queueType, String queueName, long clearedCount) {}

  record Health(
      String status,
      boolean redisConnected,
      long totalDeadLetterItems,
      List<String> availableQueues) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(BASE + "/stats", Access.VIEWER, "Get the numbers of dead letters, with samples")
            .answers(200, "All three queues", Stats.class)
            .to(call -> call.answer(200, stats())),
        Route.get(
                BASE + "/stats/{queue_type}",
                Access.VIEWER,
                "Get the number of one type, with samples")
            .with(TYPE)
            .answers(200, "One queue", QueueStats.class)
            .to(call -> call.answer(200, stats(stage(call), SAMPLES_OF_ONE))),
        Route.get(BASE + "/items/{queue_type}", Access.VIEWER, "List dead letters, oldest first")
            .with(
                TYPE,
                Param.whole("start", 0, Integer.MAX_VALUE, 0L, "Position of the first, from 0"),
                Param.whole("end", 0, 100, 10L, "Position of the last, inclusive"))
            .answers(200, "The items", Items.class)
            .answers(400, "End index must be >= start index")
            .to(this::items),
        Route.post(BASE + "/requeue", Access.OPERATOR, "Replay all dead letters")
            .answers(200, "The numbers of replayed items", AllRequeued.class)
            .to(this::requeueAll),
        Route.post(
                BASE + "/requeue/{queue_type}",
                Access.OPERATOR,
                "Replay dead letters of one type, oldest first")
            .with(
                TYPE,
                Param.whole("max_items", 1, 1000, 100L, "Maximum number of items"),
                Param.text(
                    "target_task",
                    "For clients of the original; only the queue's own task is accepted"))
            .answers(200, "The number of replayed items", Requeued.class)
            .answers(400, "target_task names another task")
            .to(this::requeueOne),
        Route.delete(
                BASE + "/clear",
                Access.ADMIN,
                "Discard all dead letters; the ledgers do not change")
            .answers(200, "The numbers of discarded items", Cleared[].class)
            .to(this::clearAll),
        Route.delete(
                BASE + "/clear/{queue_type}", Access.ADMIN, "Discard the dead letters of one type")
            .with(TYPE)
            .answers(200, "The number of discarded items", Cleared.class)
            .to(this::clearOne),
        Route.get(BASE + "/health", Access.VIEWER, "Check that dead letters can be read")
            .answers(200, "The result is in status", Health.class)
            .to(call -> call.answer(200, health())));
  }

  private static Stage stage(Call call) {
    return DeadLetters.STAGES.get(TYPES.indexOf(call.text("queue_type")));
  }

  private QueueStats stats(Stage stage, int samples) {
    long length = letters.count(stage);
    return new QueueStats(
        letters.name(stage),
        stage.deadLetters(),
        length,
        length > 0 ? -1 : -2,
        length > 0,
        length > 0 ? letters.items(stage, 0, samples - 1) : null);
  }

  private Stats stats() {
    Map<String, QueueStats> queues = new LinkedHashMap<>();
    for (Stage stage : DeadLetters.STAGES) {
      queues.put(stage.deadLetters(), stats(stage, SAMPLES_OF_ALL));
    }
    return new Stats(
        queues.values().stream().mapToLong(QueueStats::length).sum(),
        queues.values().stream().filter(QueueStats::exists).count(),
        queues);
  }

  private void items(Call call) {
    int start = call.count("start");
    int end = call.count("end");
    if (end < start) {
      throw Refusal.of(400, "End index must be >= start index");
    }
    Stage stage = stage(call);
    List<JsonNode> items = letters.items(stage, start, end);
    call.answer(
        200,
        new Items(
            stage.deadLetters(),
            letters.name(stage),
            letters.count(stage),
            items.size(),
            start,
            end,
            items));
  }

  /** A parameter that would name one queue has no effect here, so it is refused. */
  private void requeueAll(Call call) throws InvalidInput {
    call.requireDeclaredQuery();
    call.answer(
        200,
        new AllRequeued(
            true,
            DeadLetters.STAGES.stream().map(stage -> requeue(stage, Long.MAX_VALUE)).toList()));
  }

  private void clearAll(Call call) throws InvalidInput {
    call.requireDeclaredQuery();
    call.answer(200, DeadLetters.STAGES.stream().map(this::clear).toList());
  }

  private void clearOne(Call call) throws InvalidInput {
    call.requireDeclaredQuery();
    call.answer(200, clear(stage(call)));
  }

  private void requeueOne(Call call) {
    Stage stage = stage(call);
    String target = call.given("target_task").orElse("");
    if (!target.isEmpty() && !target.equals(taskName(stage))) {
      throw Refusal.of(400, "target_task must be " + taskName(stage) + " or absent");
    }
    call.answer(200, requeue(stage, call.count("max_items")));
  }

  private static String taskName(Stage stage) {
    return switch (stage) {
      case SCAN -> "dsx_connect.tasks.scan.request";
      case ACTION -> "dsx_connect.tasks.scan.verdict";
      case RESULT -> "dsx_connect.tasks.scan.result";
      case NOTIFY -> "dsx_connect.tasks.scan.result.notify";
    };
  }

  private Requeued requeue(Stage stage, long maxItems) {
    DeadLetters.Requeued done = letters.requeue(stage, maxItems);
    publish("requeue", stage, done.requeued());
    return new Requeued(
        true,
        stage.deadLetters(),
        letters.name(stage),
        done.requeued(),
        letters.count(stage),
        done.failed() + done.kept().sum(),
        done.kept().jobGone(),
        done.kept().jobCancelled());
  }

  private Cleared clear(Stage stage) {
    long cleared = letters.clear(stage);
    publish("clear", stage, null);
    return new Cleared(true, stage.deadLetters(), letters.name(stage), cleared);
  }

  private void publish(String type, Stage stage, @Nullable Long requeued) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("queue_type", stage.deadLetters());
    event.put("queue_name", letters.name(stage));
    if (requeued != null) {
      event.put("requeued_count", requeued);
    }
    event.put("timestamp", clock.millis() / 1000.0);
    redis.call(c -> c.publish(redis.keys().channel("notify:dlq"), Json.text(event)));
  }

  private Health health() {
    if (!redis.alive()) {
      return new Health("unhealthy", false, 0, TYPES);
    }
    List<Long> counts = new ArrayList<>();
    DeadLetters.STAGES.forEach(stage -> counts.add(letters.count(stage)));
    return new Health("healthy", true, counts.stream().mapToLong(Long::longValue).sum(), TYPES);
  }
}
