package io.dsxconnect.core.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies which connector answers at an address. Two connectors may have registered the same
 * address, for example a loopback address from two machines; without this check the core would read
 * and act on the files of one as those of the other. Answers are cached for one minute, for at most
 * 500 addresses. Thread-safe.
 */
final class ConnectorIdentityCheck {
  private static final Duration CACHE_TTL = Duration.ofMinutes(1);
  private static final int MAX_CACHED = 500;

  private final ReadinessProbe probe;
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

  /** Requests a connector's readiness. */
  interface ReadinessProbe {
    ConnectorClient.Answer readiness(String url) throws IOException;
  }

  /**
   * A cached identity.
   *
   * @param uuid null when the connector does not report one
   * @param at time of the answer in nanoseconds
   */
  private record Known(@Nullable String uuid, long at) {}

  ConnectorIdentityCheck(ReadinessProbe probe, LongSupplier nanos) {
    this.probe = probe;
    this.nanos = nanos;
  }

  /**
   * Checks that this connector answers at this address. A connector that does not report its uuid,
   * or does not answer, passes. May block for a call to the address.
   *
   * @param uuid of the connector that is meant; null skips the check
   * @throws WrongConnectorException when another connector answers
   */
  void check(String url, @Nullable String uuid) throws WrongConnectorException {
    if (uuid == null) {
      return;
    }
    Known found = known.get(url);
    long now = nanos.getAsLong();
    if (found == null || now - found.at > CACHE_TTL.toNanos() || isOther(found.uuid, uuid)) {
      try {
        found = new Known(uuidOf(probe.readiness(url)).orElse(null), now);
      } catch (IOException e) {
        // The call that follows reports the failure.
        return;
      }
      known.put(url, found);
    }
    if (isOther(found.uuid, uuid)) {
      throw new WrongConnectorException(url, uuid, found.uuid == null ? "" : found.uuid);
    }
  }

  /**
   * Checks the uuid that an answer reports.
   *
   * @param meant uuid of the connector that was called; null skips the check
   * @param reported uuid in the answer; null skips the check
   * @throws WrongConnectorException when they differ
   */
  static void checkAnswer(String url, @Nullable String meant, @Nullable String reported)
      throws WrongConnectorException {
    if (meant != null && reported != null && isOther(reported, meant)) {
      throw new WrongConnectorException(url, meant, reported);
    }
  }

  private static boolean isOther(@Nullable String found, String meant) {
    return found != null && !found.equalsIgnoreCase(meant);
  }

  /** Our connectors report it in a header, the original's in the body, ready or not. */
  private static Optional<String> uuidOf(ConnectorClient.Answer answer) {
    if (answer.uuid() != null) {
      return Optional.of(answer.uuid());
    }
    if (answer.status() != 200 && answer.status() != 503) {
      return Optional.empty();
    }
    try {
      JsonNode uuid = Json.parse(answer.body()).path("uuid");
      return uuid.isTextual() && !uuid.asText().isBlank()
          ? Optional.of(uuid.asText())
          : Optional.empty();
    } catch (InvalidInput e) {
      return Optional.empty();
    }
  }
}
