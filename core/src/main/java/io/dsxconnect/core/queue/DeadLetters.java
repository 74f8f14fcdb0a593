package io.dsxconnect.core.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What could not be worked on, kept until an operator replays or discards it; oldest first. */
public final class DeadLetters {
  /** The stages that have dead letters. */
  public static final List<Stage> STAGES = List.of(Stage.SCAN, Stage.ACTION, Stage.RESULT);

  /** With so many its stage takes no more work; as in {@code lib.lua}. */
  public static final int MOST = 100_000;

  private static final int PAGE = 100;

  /** One item may carry 200 KB. */
  private static final int FEW = 10;

  /** Bytes of items after which an answer holds no more. */
  static final long LARGE = 4 << 20;

  private final Redis redis;

  public DeadLetters(Redis redis) {
    this.redis = redis;
  }

  /**
   * What came of replaying.
   *
   * @param requeued back at work, and back in their jobs' ledgers
   * @param failed left where they are because they are not readable
   */
  public record Requeued(long requeued, long failed) {}

  /** The name of the key, for operators. */
  public String name(Stage stage) {
    return redis.keys().of(Key.DEAD, stage.deadLetters());
  }

  public long count(Stage stage) {
    return redis.call(c -> c.xlen(name(stage)));
  }

  /** Whether the stage stands still because it has no room for what may fail. */
  public boolean full(Stage stage) {
    return count(stage) >= MOST;
  }

  /**
   * Items from one position to another, both included, counted from 0. They are fewer when they are
   * large: none follows after {@link #LARGE} bytes.
   */
  public List<JsonNode> items(Stage stage, int from, int to) {
    List<JsonNode> items = new ArrayList<>();
    long bytes = 0;
    Range<String> rest = Range.unbounded();
    for (int at = 0; at <= to; ) {
      Range<String> next = rest;
      List<StreamMessage<String, String>> entries =
          redis.call(c -> c.xrange(name(stage), next, Limit.from(FEW)));
      for (StreamMessage<String, String> entry : entries) {
        if (at >= from && at <= to) {
          items.add(read(entry));
          bytes += entry.getBody().values().stream().mapToInt(String::length).sum();
          if (bytes >= LARGE) {
            return items;
          }
        }
        at++;
      }
      if (entries.size() < FEW) {
        return items;
      }
      rest =
          Range.from(
              Range.Boundary.excluding(entries.getLast().getId()), Range.Boundary.unbounded());
    }
    return items;
  }

  private static JsonNode read(StreamMessage<String, String> entry) {
    String json = String.valueOf(entry.getBody().get("item"));
    try {
      JsonNode item = Json.parseOwn(json.getBytes(StandardCharsets.UTF_8));
      if (item instanceof ObjectNode object) {
        object.put("id", entry.getId());
        return object;
      }
    } catch (InvalidInput e) {
      // Shown as it is, so that an operator sees it and can discard it.
    }
    return Json.object().put("raw", json).put("id", entry.getId());
  }

  /**
   * Puts up to {@code most} of those that are there now back to work, the oldest first. What fails
   * again meanwhile is left for the next call.
   */
  public Requeued requeue(Stage stage, long most) {
    List<StreamMessage<String, String>> newest =
        redis.call(c -> c.xrevrange(name(stage), Range.unbounded(), Limit.from(1)));
    if (newest.isEmpty()) {
      return new Requeued(0, 0);
    }
    Range.Boundary<String> last = Range.Boundary.including(newest.getFirst().getId());
    long requeued = 0;
    long failed = 0;
    String after = "-";
    while (requeued + failed < most) {
      Range<String> rest =
          after.equals("-")
              ? Range.from(Range.Boundary.unbounded(), last)
              : Range.from(Range.Boundary.excluding(after), last);
      List<StreamMessage<String, String>> page =
          redis.call(c -> c.xrange(name(stage), rest, Limit.from(PAGE)));
      if (page.isEmpty()) {
        break;
      }
      for (StreamMessage<String, String> entry : page) {
        if (requeued + failed == most) {
          break;
        }
        String answer =
            redis.runText(Script.REVIVE, stage.deadLetters(), entry.getId(), stage.queue());
        requeued += answer.equals("ok") ? 1 : 0;
        failed += answer.equals("unreadable") ? 1 : 0;
      }
      after = page.getLast().getId();
    }
    return new Requeued(requeued, failed);
  }

  /** Discards them; their files stay {@code failed} in their ledgers. Gives back how many. */
  public long clear(Stage stage) {
    return redis.call(c -> c.xtrim(name(stage), 0));
  }
}
