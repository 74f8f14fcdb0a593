package io.dsxconnect.core.summary;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.connector.Presence;
import io.dsxconnect.core.connector.Presences;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.job.LastScans;
import io.dsxconnect.core.queue.WaitingFiles;
import io.dsxconnect.core.redis.Redis;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Collects the summaries of all connectors. Thread-safe. */
@ThreadSafe
public final class ConnectorSummaries {
  private final Presences presences;
  private final WaitingFiles waitingFiles;
  private final LastScans lastScans;

  ConnectorSummaries(Presences presences, WaitingFiles waitingFiles, LastScans lastScans) {
    this.presences = presences;
    this.waitingFiles = waitingFiles;
    this.lastScans = lastScans;
  }

  /** The summaries over one Redis. */
  public static ConnectorSummaries of(Redis redis, Registry registry) {
    return new ConnectorSummaries(
        registry.presences(), new WaitingFiles(redis), new LastScans(redis));
  }

  /**
   * The connectors that are registered or gone, by name, then uuid. Blocks for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when it does not answer
   */
  public List<ConnectorSummary> all() {
    List<Presence> all = presences.all();
    return summaries(
        all,
        waitingFiles.unreachable(),
        lastScans.of(
            all.stream().map(p -> p.connector().uuid()).filter(Objects::nonNull).toList()));
  }

  /**
   * The same connectors in the same order, without their waiting files and last scan. Blocks for
   * Redis, and takes a fraction of the time of {@link #all}.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when it does not answer
   */
  public List<ConnectorSummary> states() {
    Set<String> unreachable = waitingFiles.unreachable();
    Set<String> held = waitingFiles.held();
    return presences.all().stream()
        .map(
            presence -> {
              String uuid = presence.connector().uuid();
              boolean setAside =
                  uuid != null && (unreachable.contains(uuid) || held.contains(uuid));
              return new ConnectorSummary(
                  presence, ConnectorSummary.State.of(presence, unreachable), null, setAside, null);
            })
        .toList();
  }

  /**
   * Those that are neither ready nor starting, without their last scan. Blocks for Redis, and reads
   * little while there are none.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when it does not answer
   */
  public List<ConnectorSummary> inTrouble() {
    Set<String> unreachable = waitingFiles.unreachable();
    List<Presence> some =
        presences.all().stream()
            .filter(presence -> ConnectorSummary.State.of(presence, unreachable).isTrouble())
            .toList();
    return some.isEmpty() ? List.of() : summaries(some, unreachable, Map.of());
  }

  private List<ConnectorSummary> summaries(
      List<Presence> some, Set<String> unreachable, Map<String, Job> scans) {
    Map<String, Long> waiting = waitingFiles.perConnector();
    Set<String> held = waitingFiles.held();
    return some.stream()
        .map(
            presence -> {
              String uuid = presence.connector().uuid();
              ConnectorSummary.State state = ConnectorSummary.State.of(presence, unreachable);
              return uuid == null
                  ? new ConnectorSummary(presence, state, null, false, null)
                  : new ConnectorSummary(
                      presence,
                      state,
                      waiting.getOrDefault(uuid, 0L),
                      unreachable.contains(uuid) || held.contains(uuid),
                      scans.get(uuid));
            })
        .toList();
  }
}
