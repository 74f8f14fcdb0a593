package io.dsxconnect.core.live;

import io.dsxconnect.core.event.StreamId;
import java.util.Optional;

/**
 * A position in the events: everything up to it has been sent. Its text form, for example {@code
 * 1764-0_1765-0}, is the id of a pulse. All replicas have the same positions, but their pulses may
 * end at different ones. Immutable.
 *
 * @param results the last event about files and jobs
 * @param connectors the last event about connectors
 */
public record Position(StreamId results, StreamId connectors) {
  /** The position before every event. */
  static final Position NONE = new Position(StreamId.NONE, StreamId.NONE);

  /** The position in its text form; empty when the text has another form. */
  public static Optional<Position> parse(String text) {
    int line = text.indexOf('_');
    if (line < 0) {
      return Optional.empty();
    }
    Optional<StreamId> connectors = StreamId.parse(text.substring(line + 1));
    return StreamId.parse(text.substring(0, line))
        .flatMap(results -> connectors.map(of -> new Position(results, of)));
  }

  /** Whether everything up to {@code other} is sent when everything up to this one is. */
  boolean covers(Position other) {
    return results.compareTo(other.results) >= 0 && connectors.compareTo(other.connectors) >= 0;
  }

  @Override
  public String toString() {
    return results + "_" + connectors;
  }
}
