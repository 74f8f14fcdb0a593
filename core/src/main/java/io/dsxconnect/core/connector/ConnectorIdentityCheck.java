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
 * Who answers at an address. Two connectors may have registered the same one, for example a
 * loopback address from two machines: then one's files would be read, and acted on, as the other's.
 * The answer is remembered for a minute. Thread-safe.
 */
final class ConnectorIdentityCheck {
  private static final Duration FRESH = Duration.ofMinutes(1);
  private static final int REMEMBERED = 500;

  private final Asks asks;
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

  /** Asks a connector for its readiness. */
  interface Asks {
    ConnectorClient.Answer readiness(String url) throws IOException;
  }

  /**
   * @param uuid null: it does not say
   */
  private record Known(@Nullable String uuid, long at) {}

  ConnectorIdentityCheck(Asks asks, LongSupplier nanos) {
    this.asks = asks;
    this.nanos = nanos;
  }

  /**
   * Makes sure that this connector, and no other, answers at this address. One that does not say
   * who it is, or does not answer now, passes.
   */
  void check(String url, @Nullable String uuid) throws WrongConnectorException {
    if (uuid == null) {
      return;
    }
    Known found = known.get(url);
    long now = nanos.getAsLong();
    if (found == null || now - found.at > FRESH.toNanos() || isOther(found.uuid, uuid)) {
      try {
        found = new Known(uuidOf(asks.readiness(url)).orElse(null), now);
      } catch (IOException e) {
        // The call that follows will say why.
        return;
      }
      known.put(url, found);
    }
    if (isOther(found.uuid, uuid)) {
      throw new WrongConnectorException(url, uuid, found.uuid == null ? "" : found.uuid);
    }
  }

  /** The same of an answer that says whose it is; null when it does not. */
  static void checkAnswer(String url, @Nullable String meant, @Nullable String said)
      throws WrongConnectorException {
    if (meant != null && said != null && isOther(said, meant)) {
      throw new WrongConnectorException(url, meant, said);
    }
  }

  private static boolean isOther(@Nullable String found, String meant) {
    return found != null && !found.equalsIgnoreCase(meant);
  }

  /** Ours say it in a header, the original's in the body, ready or not. */
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
