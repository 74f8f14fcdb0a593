package io.dsxconnect.core.connector;

import io.dsxconnect.contract.ConnectorInstance;
import org.jspecify.annotations.Nullable;

/**
 * A connector that is registered, or was until its heartbeats stopped. Immutable.
 *
 * @param connector as it registered last
 * @param lastHeartbeatAt seconds since the epoch; of a connector that is gone, when it was due to
 *     expire less the time that a registration lasts
 * @param goneSince when its registration expired, seconds since the epoch; null while it is
 *     registered
 * @param silent whether it is registered, but its heartbeat is overdue
 */
public record Presence(
    ConnectorInstance connector, long lastHeartbeatAt, @Nullable Long goneSince, boolean silent) {}
