package io.dsxconnect.core.connector;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.ScanRequest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where the connector of a file is called now. One that is registered is called where it
 * registered, because the address in a request may be an old one, or anybody's; what is asked of
 * the registry is remembered for a second. Thread-safe.
 */
public final class ConnectorAddresses {
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final int REMEMBERED = 500;

  private final Function<String, Optional<ConnectorInstance>> registry;
  private final InstantSource clock;
  private final Map<String, Known> known =
      Collections.synchronizedMap(
          new LinkedHashMap<>(64, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
              return size() > REMEMBERED;
            }
          });

  /**
   * @param registry finds a registered connector by its uuid
   */
  public ConnectorAddresses(
      Function<String, Optional<ConnectorInstance>> registry, InstantSource clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /**
   * @param url null: it is not registered
   */
  private record Known(@Nullable String url, long until) {}

  /** The URL that reads this file and acts on it; null when there is none. */
  public @Nullable String of(ScanRequest request) {
    String uuid = request.connector() == null ? null : request.connector().uuid();
    String registered = uuid == null ? null : registered(uuid);
    return registered == null ? request.readerUrl() : registered;
  }

  private @Nullable String registered(String uuid) {
    long now = clock.millis();
    Known before = known.get(uuid);
    if (before != null && now < before.until) {
      return before.url;
    }
    String url =
        registry.apply(uuid).map(ConnectorInstance::url).filter(u -> !u.isBlank()).orElse(null);
    known.put(uuid, new Known(url, now + FRESH.toMillis()));
    return url;
  }
}
