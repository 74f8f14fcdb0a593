package io.dsxconnect.core.connector;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ScanRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Resolves the address at which the connector of a file is called. A registered connector is called
 * at its registered address, because the address in a request may be outdated or forged. Registry
 * answers are cached for one second, for at most 500 connectors. Thread-safe.
 */
public final class ConnectorAddresses {
  private static final Duration CACHE_TTL = Duration.ofSeconds(1);
  private static final int MAX_CACHED = 500;

  private final Function<String, Optional<ConnectorInstance>> registry;
  private final LongSupplier nanos;
  private final Map<String, Known> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
              return size() > MAX_CACHED;
            }
          });

  /**
   * @param registry finds a registered connector by its uuid
   * @param nanos a monotonic clock in nanoseconds
   */
  public ConnectorAddresses(
      Function<String, Optional<ConnectorInstance>> registry, LongSupplier nanos) {
    this.registry = registry;
    this.nanos = nanos;
  }

  /**
   * A cached registry answer.
   *
   * @param url null when the connector is not registered
   * @param asked time of the look-up in nanoseconds
   */
  private record Known(@Nullable String url, long asked) {}

  /**
   * The URL at which to read this file and act on it; null when the request has none either. May
   * block for the registry.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when the registry does not answer
   */
  public @Nullable String of(ScanRequest request) {
    String uuid = request.connector() == null ? null : request.connector().uuid();
    String registered = uuid == null ? null : registered(uuid);
    return registered == null ? request.readerUrl() : registered;
  }

  private @Nullable String registered(String uuid) {
    long now = nanos.getAsLong();
    Known before = known.get(uuid);
    if (before != null && now - before.asked < CACHE_TTL.toNanos()) {
      return before.url;
    }
    String url =
        registry.apply(uuid).map(ConnectorInstance::url).filter(u -> !u.isBlank()).orElse(null);
    known.put(uuid, new Known(url, now));
    return url;
  }
}
