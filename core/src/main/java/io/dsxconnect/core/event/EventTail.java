package io.dsxconnect.core.event;

import io.dsxconnect.core.redis.RedisUnavailableException;
import io.lettuce.core.RedisException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the events of results and those of connectors in one command, each in order, on a separate
 * Redis connection. Confined to one thread, which closes it.
 */
public final class EventTail implements AutoCloseable {
  /** An event has about 100 KiB at most, so a read has a few MiB. */
  private static final long MAX_EVENTS_PER_READ = 64;

  private final StatefulRedisConnection<String, String> connection;
  private final String resultStream;
  private final String connectorStream;
  private StreamId results;
  private StreamId connectors;

  EventTail(
      StatefulRedisConnection<String, String> connection,
      String resultStream,
      StreamId results,
      String connectorStream,
      StreamId connectors) {
    this.connection = connection;
    this.resultStream = resultStream;
    this.results = results;
    this.connectorStream = connectorStream;
    this.connectors = connectors;
  }

  /**
   * Events that were read together, at most 64 of each kind.
   *
   * @param results about files and jobs, oldest first
   * @param connectors about connectors, oldest first
   */
  public record Batch(List<Events.Event> results, List<Events.Event> connectors) {
    public boolean isEmpty() {
      return results.isEmpty() && connectors.isEmpty();
    }
  }

  /** The position after the last result event that was read. */
  public StreamId results() {
    return results;
  }

  /** The position after the last connector event that was read. */
  public StreamId connectors() {
    return connectors;
  }

  /**
   * Waits for the next events; empty when none came within {@code timeout}.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public Batch await(Duration timeout) {
    return read(XReadArgs.Builder.block(timeout).count(MAX_EVENTS_PER_READ));
  }

  /**
   * The next events that exist already; does not wait for more.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public Batch poll() {
    return read(XReadArgs.Builder.count(MAX_EVENTS_PER_READ));
  }

  @SuppressWarnings("unchecked") // a generic varargs array of the driver
  private Batch read(XReadArgs how) {
    List<StreamMessage<String, String>> read;
    try {
      read =
          connection
              .sync()
              .xread(
                  how,
                  XReadArgs.StreamOffset.from(resultStream, results.toString()),
                  XReadArgs.StreamOffset.from(connectorStream, connectors.toString()));
    } catch (RedisException e) {
      throw new RedisUnavailableException("reading events from Redis", e);
    }
    List<Events.Event> ofResults = new ArrayList<>();
    List<Events.Event> ofConnectors = new ArrayList<>();
    for (StreamMessage<String, String> message : read) {
      if (message.getStream().equals(resultStream)) {
        results = StreamId.of(message.getId());
        ofResults.add(Events.event(message));
      } else {
        connectors = StreamId.of(message.getId());
        ofConnectors.add(Events.event(message));
      }
    }
    return new Batch(ofResults, ofConnectors);
  }

  @Override
  public void close() {
    connection.close();
  }
}
