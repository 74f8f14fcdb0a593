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
 * Publishes events of one kind on the original's pub/sub channel, and keeps the last 10,000 in a
 * stream, whose ids let a client that lost its connection resume. Every method blocks for Redis and
 * throws {@link io.dsxconnect.core.redis.RedisUnavailableException} when it does not answer.
 * Thread-safe.
 */
public final class Events {
  /** Events kept for replay; the same as {@code EVENTS_KEPT} of the scripts. */
  private static final long KEPT_EVENTS = 10_000;

  /** An event has about 100 KiB at most, so a read has a few MiB. */
  private static final long MAX_EVENTS_PER_READ = 64;

  private final Redis redis;
  private final String stream;
  private final String channel;

  private Events(Redis redis, String stream, String channel) {
    this.redis = redis;
    this.stream = stream;
    this.channel = channel;
  }

  /** Events about files and jobs. */
  public static Events ofResults(Redis redis) {
    return new Events(
        redis, redis.keys().of(Key.EVENTS), redis.keys().channel("notify:scan_result"));
  }

  /** Events about connectors: registered, refreshed, unregistered. */
  public static Events ofConnectors(Redis redis) {
    return new Events(
        redis, redis.keys().of(Key.CONNECTOR_EVENTS), redis.keys().channel("notify:connectors"));
  }

  /**
   * One event.
   *
   * @param id its position in the stream
   * @param json compact JSON
   */
  public record Event(String id, String json) {}

  /** The pub/sub channel, which the original has too. */
  public String channel() {
    return channel;
  }

  /** Publishes one event and appends it to the stream. */
  public void publish(String json) {
    redis.call(
        c -> {
          c.publish(channel, json);
          return c.xadd(
              stream, new XAddArgs().maxlen(KEPT_EVENTS).approximateTrimming(), Map.of("e", json));
        });
  }

  /** The id of the newest event; {@code 0-0} when there is none. */
  public String newest() {
    List<StreamMessage<String, String>> last =
        redis.call(c -> c.xrevrange(stream, Range.unbounded(), io.lettuce.core.Limit.from(1)));
    return last.isEmpty() ? "0-0" : last.getFirst().getId();
  }

  /**
   * Whether events after this one may have been trimmed: neither it nor an earlier one is kept.
   * False for {@code 0-0} and for an empty stream.
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

  /**
   * A reader of the events after {@code after}, on a separate Redis connection. The caller closes
   * it.
   */
  public Reader reader(String after) {
    return new Reader(redis.blocking(), stream, after);
  }

  /**
   * A reader of the result events and of the connector events after these positions, on a separate
   * Redis connection. The caller closes it.
   *
   * @param redis where both kinds are stored
   */
  public static EventTail tail(Redis redis, StreamId results, StreamId connectors) {
    return new EventTail(
        redis.blocking(),
        redis.keys().of(Key.EVENTS),
        results,
        redis.keys().of(Key.CONNECTOR_EVENTS),
        connectors);
  }

  /**
   * The first events after a position, oldest first.
   *
   * @param after exclusive
   * @param to inclusive
   * @param most the maximum number of events to return
   */
  public List<Event> between(StreamId after, StreamId to, int most) {
    Range<String> range =
        Range.from(
            Range.Boundary.excluding(after.toString()), Range.Boundary.including(to.toString()));
    return redis.call(c -> c.xrange(stream, range, io.lettuce.core.Limit.from(most))).stream()
        .map(Events::event)
        .toList();
  }

  static Event event(StreamMessage<String, String> message) {
    return new Event(message.getId(), message.getBody().getOrDefault("e", "{}"));
  }

  /** Reads events in order. Confined to one thread. */
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
     * Waits for the next events, at most 64; empty when none came within {@code timeout}.
     *
     * @throws RedisUnavailableException when Redis does not answer
     */
    @SuppressWarnings("unchecked") // a generic varargs array of the driver
    public List<Event> next(Duration timeout) {
      List<StreamMessage<String, String>> read;
      try {
        read =
            connection
                .sync()
                .xread(
                    XReadArgs.Builder.block(timeout).count(MAX_EVENTS_PER_READ),
                    XReadArgs.StreamOffset.from(stream, after));
      } catch (RedisException e) {
        throw new RedisUnavailableException("reading events from Redis", e);
      }
      if (!read.isEmpty()) {
        after = read.getLast().getId();
      }
      return read.stream().map(Events::event).toList();
    }

    @Override
    public void close() {
      connection.close();
    }
  }
}
