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
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The dead letters of the stages, oldest first. Each stays until an operator replays or discards
 * it, at most 30 days. Every method blocks for Redis. Thread-safe.
 */
public final class DeadLetters {
  /** The stages that have dead letters. */
  public static final List<Stage> STAGES = List.of(Stage.SCAN, Stage.ACTION, Stage.RESULT);

  /** With this many dead letters a stage stops; as in {@code lib.lua}. */
  public static final int MAX_PER_STAGE = 100_000;

  private static final int REQUEUE_PAGE = 100;

  /** Small, because one item may have 200 KB. */
  private static final int ITEMS_PAGE = 10;

  /** {@link #items} returns no further item after this many bytes. */
  static final long MAX_ITEM_BYTES = 4 << 20;

  private final Redis redis;

  public DeadLetters(Redis redis) {
    this.redis = redis;
  }

  /**
   * The result of {@link #requeue}.
   *
   * @param requeued tasks that are queued again and pending in their jobs' ledgers
   * @param failed dead letters that cannot be read, and stay
   * @param kept dead letters that are not replayed because of their job, and stay
   */
  public record Requeued(long requeued, long failed, Kept kept) {}

  /**
   * Dead letters that are not replayed because of their job, and stay.
   *
   * @param jobGone their job was deleted or expired, so that no ledger counts their files
   * @param jobCancelled their job was cancelled, so that their files would not be scanned
   */
  public record Kept(long jobGone, long jobCancelled) {
    public static final Kept NONE = new Kept(0, 0);

    /** These and one more, if a replay kept it. */
    Kept and(Revived one) {
      return switch (one) {
        case JOB_GONE -> new Kept(jobGone + 1, jobCancelled);
        case JOB_CANCELLED -> new Kept(jobGone, jobCancelled + 1);
        case OK, GONE, UNREADABLE -> this;
      };
    }

    public long sum() {
      return jobGone + jobCancelled;
    }
  }

  /** The name of the key in Redis, for operators. */
  public String name(Stage stage) {
    return redis.keys().of(Key.DEAD, stage.deadLetters());
  }

  public long count(Stage stage) {
    return redis.call(c -> c.xlen(name(stage)));
  }

  /** When the oldest dead letter of a stage came, seconds since the epoch; empty without one. */
  public OptionalLong oldestAt(Stage stage) {
    return time(redis.call(c -> c.xrange(name(stage), Range.unbounded(), Limit.from(1))));
  }

  /** When the newest dead letter of a stage came, seconds since the epoch; empty without one. */
  public OptionalLong newestAt(Stage stage) {
    return time(redis.call(c -> c.xrevrange(name(stage), Range.unbounded(), Limit.from(1))));
  }

  private static OptionalLong time(List<StreamMessage<String, String>> entries) {
    if (entries.isEmpty()) {
      return OptionalLong.empty();
    }
    String id = entries.getFirst().getId();
    return OptionalLong.of(Long.parseLong(id.substring(0, id.indexOf('-'))) / 1000);
  }

  /** Whether the stage is stopped, because there is no room for further dead letters. */
  public boolean full(Stage stage) {
    return count(stage) >= MAX_PER_STAGE;
  }

  /**
   * Items by position, counted from 0, both ends inclusive. Returns fewer if they are large: none
   * follows after {@link #MAX_ITEM_BYTES} bytes.
   */
  public List<JsonNode> items(Stage stage, int from, int to) {
    List<JsonNode> items = new ArrayList<>();
    long bytes = 0;
    Range<String> rest = Range.unbounded();
    for (int at = 0; at <= to; ) {
      Range<String> next = rest;
      List<StreamMessage<String, String>> entries =
          redis.call(c -> c.xrange(name(stage), next, Limit.from(ITEMS_PAGE)));
      for (StreamMessage<String, String> entry : entries) {
        if (at >= from && at <= to) {
          items.add(read(entry));
          bytes += length(entry);
          if (bytes >= MAX_ITEM_BYTES) {
            return items;
          }
        }
        at++;
      }
      if (entries.size() < ITEMS_PAGE) {
        return items;
      }
      rest =
          Range.from(
              Range.Boundary.excluding(entries.getLast().getId()), Range.Boundary.unbounded());
    }
    return items;
  }

  /** Length of a letter in characters, which is about its bytes. */
  static long length(StreamMessage<String, String> entry) {
    return entry.getBody().values().stream().mapToInt(String::length).sum();
  }

  static JsonNode read(StreamMessage<String, String> entry) {
    String json = String.valueOf(entry.getBody().get("item"));
    try {
      JsonNode item = Json.parseOwn(json.getBytes(StandardCharsets.UTF_8));
      if (item instanceof ObjectNode object) {
        object.put("id", entry.getId());
        return object;
      }
    } catch (InvalidInput e) {
      // Returned as it is, so that an operator can see and discard it.
    }
    return Json.object().put("raw", json).put("id", entry.getId());
  }

  /**
   * Replays up to {@code most} of the present dead letters, the oldest first. Those that cannot be
   * replayed do not count, so they block no others. Those that are added during the call are left
   * to the next one.
   */
  public Requeued requeue(Stage stage, long most) {
    List<StreamMessage<String, String>> newest =
        redis.call(c -> c.xrevrange(name(stage), Range.unbounded(), Limit.from(1)));
    if (newest.isEmpty()) {
      return new Requeued(0, 0, Kept.NONE);
    }
    Range.Boundary<String> last = Range.Boundary.including(newest.getFirst().getId());
    long requeued = 0;
    long failed = 0;
    Kept kept = Kept.NONE;
    String after = "-";
    while (requeued < most) {
      Range<String> rest =
          after.equals("-")
              ? Range.from(Range.Boundary.unbounded(), last)
              : Range.from(Range.Boundary.excluding(after), last);
      List<StreamMessage<String, String>> page =
          redis.call(c -> c.xrange(name(stage), rest, Limit.from(REQUEUE_PAGE)));
      if (page.isEmpty()) {
        break;
      }
      for (StreamMessage<String, String> entry : page) {
        if (requeued == most) {
          break;
        }
        Revived one = revive(stage, entry.getId());
        requeued += one == Revived.OK ? 1 : 0;
        failed += one == Revived.UNREADABLE ? 1 : 0;
        kept = kept.and(one);
      }
      after = page.getLast().getId();
    }
    return new Requeued(requeued, failed, kept);
  }

  /** What became of the replay of one letter. */
  enum Revived {
    OK,
    /** Another caller replayed or discarded it. */
    GONE,
    /** It cannot be read, and stays. */
    UNREADABLE,
    /** Its job was deleted or expired, so that no ledger counts its file. It stays. */
    JOB_GONE,
    /** It is a scan of a cancelled job, which would not be done. It stays. */
    JOB_CANCELLED
  }

  /** Replays one letter. */
  Revived revive(Stage stage, String id) {
    return Revived.valueOf(
        redis
            .runText(Script.REVIVE, stage.deadLetters(), id, stage.queue())
            .toUpperCase(Locale.ROOT));
  }

  /** Discards all; their files stay {@code failed} in the ledgers. Returns how many there were. */
  public long clear(Stage stage) {
    return redis.call(c -> c.xtrim(name(stage), 0));
  }
}
