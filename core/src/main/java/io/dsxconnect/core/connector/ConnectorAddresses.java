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
 * Where the connector of a file is called now. One that is registered is called where it
 * registered, because the address in a request may be an old one, or anybody's; what is asked of
 * the registry is remembered for a second. Thread-safe.
 */
public final class ConnectorAddresses {
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final int REMEMBERED = 500;

  private final Function<String, Optional<ConnectorInstance>> registry;
  private final LongSupplier nanos;
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
   * @param nanos a time that only runs forward
   */
  public ConnectorAddresses(
      Function<String, Optional<ConnectorInstance>> registry, LongSupplier nanos) {
    this.registry = registry;
    this.nanos = nanos;
  }

  /**
   * @param url null: it is not registered
   * @param asked when, in nanoseconds
   */
  private record Known(@Nullable String url, long asked) {}

  /** The URL that reads this file and acts on it; null when there is none. */
  public @Nullable String of(ScanRequest request) {
    String uuid = request.connector() == null ? null : request.connector().uuid();
    String registered = uuid == null ? null : registered(uuid);
    return registered == null ? request.readerUrl() : registered;
  }

  private @Nullable String registered(String uuid) {
    long now = nanos.getAsLong();
    Known before = known.get(uuid);
    if (before != null && now - before.asked < FRESH.toNanos()) {
      return before.url;
    }
    String url =
        registry.apply(uuid).map(ConnectorInstance::url).filter(u -> !u.isBlank()).orElse(null);
    known.put(uuid, new Known(url, now));
    return url;
  }
}
