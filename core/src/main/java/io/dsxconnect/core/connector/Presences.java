package io.dsxconnect.core.connector;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads all connectors with their heartbeats: those that are registered, and those that are gone
 * for at most 30 days. Reads Redis in a few calls, whatever their number, and the registrations
 * only that changed since the last call. Thread-safe.
 */
@ThreadSafe
public final class Presences {
  /**
   * Connectors send a heartbeat every 60 s. One that is overdue by half of that is silent, unless
   * the core itself was unavailable in the meantime.
   */
  public static final Duration SILENT_AFTER = Duration.ofSeconds(90);

  /** Connectors that are remembered as gone; the oldest are forgotten first. */
  static final int MAX_GONE = 1000;

  static final Duration GONE_KEPT = Duration.ofDays(30);

  /** A replica of an older version does not count registrations; a later time shows its own. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofSeconds(1);

  /** A registration has at most 32 KiB, so a page has some MiB at most. */
  private static final int PAGE = 100;

  private final Redis redis;
  private final Duration presence;

  /** Replaced as a whole; of two calls at once either may stay, because both read what is true. */
  private volatile Seen seen = new Seen(Map.of(), Map.of());

  /**
   * @param presence how long a registration lasts without a heartbeat
   */
  Presences(Redis redis, Duration presence) {
    this.redis = redis;
    this.presence = presence;
  }

  /**
   * Which registration of a connector is stored.
   *
   * @param at its end, in ms, to within some ms
   * @param number that no other registration has; 0 of one that is gone, or by an older version
   */
  private record Version(long at, long number) {
    boolean isThatOf(Version other) {
      return number == other.number && Math.abs(at - other.at) < CLOCK_TOLERANCE.toMillis();
    }
  }

  /**
   * A connector as it was read.
   *
   * @param connector empty when what is stored is absent or malformed
   */
  private record Known(Version version, Optional<ConnectorInstance> connector) {
    long at() {
      return version.at();
    }
  }

  /** What a call read, by uuid. Immutable. */
  private record Seen(Map<String, Known> registered, Map<String, Known> gone) {}

  /**
   * All of them, by name, then uuid. Blocks for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when it does not answer
   */
  public List<Presence> all() {
    List<Object> answer = redis.runList(Script.PRESENCES);
    long nowMillis = (Long) answer.get(0);
    long availableSince = (Long) answer.get(1);
    Seen before = seen;
    Seen now =
        new Seen(
            read(registrations(answer), before.registered(), this::stored),
            read(expiries(nowMillis), before.gone(), this::remembered));
    seen = now;
    List<Presence> all = new ArrayList<>();
    for (Known known : now.registered().values()) {
      long beat = Math.min(nowMillis, known.at() - presence.toMillis()) / 1000;
      long silence = nowMillis / 1000 - Math.max(beat, availableSince);
      known
          .connector()
          .ifPresent(
              c -> all.add(new Presence(c, beat, null, silence >= SILENT_AFTER.toSeconds())));
    }
    for (Known known : now.gone().values()) {
      long since = known.at() / 1000;
      known
          .connector()
          .ifPresent(c -> all.add(new Presence(c, since - presence.toSeconds(), since, false)));
    }
    all.sort(
        Comparator.comparing((Presence p) -> p.connector().name())
            .thenComparing(p -> String.valueOf(p.connector().uuid())));
    return all;
  }

  private static Map<String, Version> registrations(List<Object> answer) {
    Map<String, Version> versions = new HashMap<>();
    for (int i = 2; i < answer.size(); i += 3) {
      versions.put(
          answer.get(i).toString(),
          new Version((Long) answer.get(i + 1), (Long) answer.get(i + 2)));
    }
    return versions;
  }

  private Map<String, Version> expiries(long nowMillis) {
    double oldest = nowMillis - GONE_KEPT.toMillis();
    List<ScoredValue<String>> found =
        redis.call(
            c ->
                c.zrangebyscoreWithScores(
                    redis.keys().of(Key.GONE), Range.create(oldest, Double.POSITIVE_INFINITY)));
    Map<String, Version> versions = new HashMap<>();
    found.forEach(entry -> versions.put(entry.getValue(), new Version((long) entry.getScore(), 0)));
    return versions;
  }

  /** Reads the connectors whose version is another than before, and keeps the others. */
  private static Map<String, Known> read(
      Map<String, Version> versions,
      Map<String, Known> before,
      Function<String[], List<KeyValue<String, String>>> read) {
    Map<String, Known> now = new HashMap<>();
    List<String> changed = new ArrayList<>();
    versions.forEach(
        (uuid, version) -> {
          Known known = before.get(uuid);
          if (known != null && known.version().isThatOf(version)) {
            now.put(uuid, known);
          } else {
            changed.add(uuid);
          }
        });
    for (int from = 0; from < changed.size(); from += PAGE) {
      List<String> page = changed.subList(from, Math.min(changed.size(), from + PAGE));
      List<KeyValue<String, String>> values = read.apply(page.toArray(String[]::new));
      for (int i = 0; i < page.size(); i++) {
        String uuid = page.get(i);
        Optional<ConnectorInstance> connector =
            values.get(i).hasValue()
                ? Registry.parse(uuid, values.get(i).getValue())
                : Optional.empty();
        now.put(uuid, new Known(Objects.requireNonNull(versions.get(uuid)), connector));
      }
    }
    return Map.copyOf(now);
  }

  private List<KeyValue<String, String>> stored(String[] uuids) {
    String[] keys = new String[uuids.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = redis.keys().of(Key.CONNECTOR, uuids[i]);
    }
    return redis.call(c -> c.mget(keys));
  }

  private List<KeyValue<String, String>> remembered(String[] uuids) {
    return redis.call(c -> c.hmget(redis.keys().of(Key.KNOWN), uuids));
  }
}
