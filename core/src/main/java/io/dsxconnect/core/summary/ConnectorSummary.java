package io.dsxconnect.core.summary;

import com.fasterxml.jackson.annotation.JsonValue;
import io.dsxconnect.contract.WireName;
import io.dsxconnect.core.connector.Presence;
import io.dsxconnect.core.job.Job;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connector and its work. Immutable.
 *
 * @param waiting files that wait to be scanned or are being scanned; null for a connector without a
 *     uuid, and where they were not counted
 * @param setAside whether its files are not taken now, because no live worker reaches it or the
 *     recording of its scanned files is behind
 * @param lastScan its last full scan, which may be active; null when there was none, and where it
 *     was not read
 */
public record ConnectorSummary(
    Presence presence,
    State state,
    @Nullable Long waiting,
    boolean setAside,
    @Nullable Job lastScan) {

  /** The state of a connector. */
  public enum State implements WireName {
    READY("ready"),
    STARTING("starting"),
    /** Its repository is unavailable, or it is shutting down. */
    FAILED("failed"),
    /** It is registered, but its heartbeat is overdue, or no live worker reaches it. */
    SILENT("silent"),
    /** Its registration expired. */
    GONE("gone");

    private final String wire;

    State(String wire) {
      this.wire = wire;
    }

    @Override
    @JsonValue
    public String wire() {
      return wire;
    }

    /**
     * The state of a connector.
     *
     * @param unreachable uuids of the connectors that no live worker reaches
     */
    public static State of(Presence presence, Set<String> unreachable) {
      if (presence.goneSince() != null) {
        return GONE;
      }
      String uuid = presence.connector().uuid();
      if (presence.silent() || (uuid != null && unreachable.contains(uuid))) {
        return SILENT;
      }
      return switch (presence.connector().status()) {
        case READY -> READY;
        case STARTING -> STARTING;
        case STOPPED, FAILED -> FAILED;
      };
    }

    boolean isTrouble() {
      return this != READY && this != STARTING;
    }
  }

  /** The id of its full scan if that is active; null if none is. */
  public @Nullable String activeJob() {
    return lastScan == null || lastScan.finished() ? null : lastScan.id();
  }
}
