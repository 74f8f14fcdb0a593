package io.dsxconnect.core.event;

import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.lettuce.core.Range;
import io.lettuce.core.RedisException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Events of one kind: on the original's pub/sub channel, and in a capped stream whose ids let a
 * client that lost its connection go on where it was.
 */
public final class Events {
  /** Events that can be told again; as {@code EVENTS_KEPT} of the scripts. */
  private static final long KEPT = 10_000;

  /** An event has some 100 KiB at most, so what is read at once has a few MiB. */
  private static final long AT_ONCE = 64;

  private final Redis redis;
  private final String stream;
  private final String channel;

  private Events(Redis redis, String stream, String channel) {
    this.redis = redis;
    this.stream = stream;
    this.channel = channel;
  }

  /** What happens to files and jobs. */
  public static Events ofResults(Redis redis) {
    return new Events(
        redis, redis.keys().of(Key.EVENTS), redis.keys().channel("notify:scan_result"));
  }

  /** Who registers and who goes. */
  public static Events ofConnectors(Redis redis) {
    return new Events(
        redis, redis.keys().of(Key.CONNECTOR_EVENTS), redis.keys().channel("notify:connectors"));
  }

  /**
   * @param id its place in the stream
   * @param json compact
   */
  public record Event(String id, String json) {}

  /** Where listeners of the original's kind subscribe. */
  public String channel() {
    return channel;
  }

  public void publish(String json) {
    redis.call(
        c -> {
          c.publish(channel, json);
          return c.xadd(
              stream, new XAddArgs().maxlen(KEPT).approximateTrimming(), Map.of("e", json));
        });
  }

  /** The id of the newest event; {@code 0-0} when there is none. */
  public String newest() {
    List<StreamMessage<String, String>> last =
        redis.call(c -> c.xrevrange(stream, Range.unbounded(), io.lettuce.core.Limit.from(1)));
    return last.isEmpty() ? "0-0" : last.getFirst().getId();
  }

  /**
   * Whether events after this one may not be kept any more: the one itself is not, and those that
   * are begin later.
   */
  public boolean forgotAfter(String id) {
    List<StreamMessage<String, String>> first =
        redis.call(c -> c.xrange(stream, Range.unbounded(), io.lettuce.core.Limit.from(1)));
    return !first.isEmpty()
        && !id.equals("0-0")
        && redis.call(c -> c.xrange(stream, Range.create(id, id))).isEmpty()
        && redis
            .call(c -> c.xrange(stream, Range.create("-", id), io.lettuce.core.Limit.from(1)))
            .isEmpty();
  }

  /** A reader with a connection of its own. */
  public Reader reader(String after) {
    return new Reader(redis.blocking(), stream, after);
  }

  /** Reads events one after another. Used by one thread. */
  public static final class Reader implements AutoCloseable {
    private final StatefulRedisConnection<String, String> connection;
    private final String stream;
    private String after;

    Reader(StatefulRedisConnection<String, String> connection, String stream, String after) {
      this.connection = connection;
      this.stream = stream;
      this.after = after;
    }

    /**
     * The next events, at most 64; none when none came within this time. Blocks.
     *
     * @throws RedisUnavailableException when Redis does not answer
     */
    @SuppressWarnings("unchecked") // a generic varargs array of the driver
    public List<Event> next(Duration most) {
      List<StreamMessage<String, String>> read;
      try {
        read =
            connection
                .sync()
                .xread(
                    XReadArgs.Builder.block(most).count(AT_ONCE),
                    XReadArgs.StreamOffset.from(stream, after));
      } catch (RedisException e) {
        throw new RedisUnavailableException("reading events from Redis", e);
      }
      if (!read.isEmpty()) {
        after = read.getLast().getId();
      }
      return read.stream()
          .map(m -> new Event(m.getId(), m.getBody().getOrDefault("e", "{}")))
          .toList();
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
