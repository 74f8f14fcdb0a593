package io.dsxconnect.core.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Problem;
import io.dsxconnect.core.queue.DeadLetterFilter;
import io.dsxconnect.core.queue.DeadLetterSearch;
import io.dsxconnect.core.queue.DeadLetters;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.Param;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Groups and searches dead letters, and replays or discards some of them. Thread-safe. See
 * docs/wire.md, "Dead letters".
 */
@ThreadSafe
public final class DeadLetterSearchResource implements RouteTable.Resource {
  private static final String BASE = DeadLetterResource.BASE;

  /** Room for 10,000 ids. */
  private static final int MAX_BODY_BYTES = 512 * 1024;

  private final DeadLetterSearch search;
  private final Redis redis;
  private final InstantSource clock;

  public DeadLetterSearchResource(DeadLetterSearch search, Redis redis, InstantSource clock) {
    this.search = search;
    this.redis = redis;
    this.clock = clock;
  }

  record Groups(List<Group> groups, long total, long examined) {
    static Groups of(DeadLetterSearch.Groups g) {
      return new Groups(g.groups().stream().map(Group::of).toList(), g.total(), g.examined());
    }
  }

  record Group(
      String queueType,
      @Nullable String reason,
      @Nullable String connectorUuid,
      @Nullable String connectorName,
      @Nullable String jobId,
      long count,
      long firstAt,
      long lastAt,
      boolean jobGone) {
    static Group of(DeadLetterSearch.Group g) {
      DeadLetterFilter.Facts facts = g.facts();
      return new Group(
          g.stage().deadLetters(),
          facts.reason(),
          facts.connector(),
          facts.connectorName(),
          facts.job(),
          g.count(),
          g.firstAt() / 1000,
          g.lastAt() / 1000,
          g.jobGone());
    }
  }

  record Page(List<JsonNode> items, @Nullable String nextCursor) {}

  record Changed(
      long done, long failed, long jobGone, long jobCancelled, long left, boolean complete) {}

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                BASE + "/groups",
                Access.VIEWER,
                "Group dead letters by queue, reason, connector and job")
            .answers(
                200,
                "The largest groups first, at most 1,000; the oldest 20,000 letters of each queue"
                    + " are examined",
                Groups.class)
            .to(call -> call.answer(200, Groups.of(search.groups()))),
        Route.get(BASE + "/search", Access.VIEWER, "Find dead letters of one queue, oldest first")
            .with(
                Param.oneOf(
                    "queue_type",
                    DeadLetterResource.TYPES,
                    DeadLetterResource.TYPES.getFirst(),
                    "Type of the queue"),
                Param.text("reason", "Reason, for example max_retries_exceeded"),
                Param.text("connector", "UUID of the connector"),
                Param.text("job_id", "Id of the job"),
                Param.text(
                    "without",
                    "Facts that the letters lack, separated by commas: "
                        + String.join(", ", MissingFacts.WORDS)),
                Param.text("cursor", "next_cursor of the page before"),
                Param.whole("limit", 1, 100, 50L, "Maximum number of items"))
            .answers(
                200,
                "The items; a page may have fewer than limit, and next_cursor is null at the end",
                Page.class)
            .to(this::find),
        Route.post(
                BASE + "/replay",
                Access.OPERATOR,
                "Replay dead letters; their files become pending in the ledgers of their jobs")
            .body(DeadLetterChange.Model.class, MAX_BODY_BYTES)
            .answers(
                200,
                "How many were replayed, cannot be read, belong to a job that is gone or was"
                    + " cancelled, and are left",
                Changed.class)
            .to(this::replay),
        Route.post(
                BASE + "/discard",
                Access.ADMIN,
                "Discard dead letters; the ledgers do not change, failed files stay failed")
            .body(DeadLetterChange.Model.class, MAX_BODY_BYTES)
            .answers(200, "How many were discarded and are left", Changed.class)
            .to(this::discard));
  }

  private static Stage stage(String type) {
    return DeadLetters.STAGES.get(DeadLetterResource.TYPES.indexOf(type));
  }

  private void find(Call call) throws InvalidInput {
    String cursor = call.given("cursor").orElse(null);
    if (cursor != null && !DeadLetterSearch.isId(cursor)) {
      throw new InvalidInput(
          List.of(
              new Problem(
                  "value_error",
                  List.of("query", "cursor"),
                  "Value error, cursor must be the next_cursor of an answer, for example"
                      + " 1764288000123-0",
                  JsonNodeFactory.instance.textNode(Printable.of(cursor)),
                  null)));
    }
    DeadLetterFilter filter =
        new DeadLetterFilter(
            call.given("reason").orElse(null),
            call.given("connector").orElse(null),
            call.given("job_id").orElse(null),
            MissingFacts.of(call.given("without").orElse(null), "query"));
    DeadLetterSearch.Page page =
        search.find(stage(call.text("queue_type")), filter, cursor, call.count("limit"));
    call.answer(200, new Page(page.items(), page.nextCursor()));
  }

  private void replay(Call call) throws InvalidInput {
    DeadLetterChange change = DeadLetterChange.read(call.json());
    Stage stage = stage(change.queueType());
    List<String> ids = change.ids();
    answer(
        call,
        "requeue",
        stage,
        ids == null
            ? search.replay(stage, change.filter(), change.max())
            : search.replay(stage, ids));
  }

  private void discard(Call call) throws InvalidInput {
    DeadLetterChange change = DeadLetterChange.read(call.json());
    Stage stage = stage(change.queueType());
    List<String> ids = change.ids();
    answer(
        call,
        "discard",
        stage,
        ids == null
            ? search.discard(stage, change.filter(), change.max())
            : search.discard(stage, ids));
  }

  private void answer(Call call, String type, Stage stage, DeadLetterSearch.Changed changed) {
    if (changed.done() > 0) {
      publish(type, stage, changed.done());
    }
    call.answer(
        200,
        new Changed(
            changed.done(),
            changed.failed(),
            changed.kept().jobGone(),
            changed.kept().jobCancelled(),
            changed.left(),
            changed.complete()));
  }

  private void publish(String type, Stage stage, long done) {
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("type", type);
    event.put("queue_type", stage.deadLetters());
    event.put("queue_name", redis.keys().of(Key.DEAD, stage.deadLetters()));
    event.put(type.equals("requeue") ? "requeued_count" : "discarded_count", done);
    event.put("timestamp", clock.millis() / 1000.0);
    redis.call(c -> c.publish(redis.keys().channel("notify:dlq"), Json.text(event)));
  }
}
