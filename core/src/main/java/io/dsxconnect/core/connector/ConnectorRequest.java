package io.dsxconnect.core.connector;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * A small request to a connector.
 *
 * @param path below the connector's URL
 * @param query encoded, without {@code ?}; may be empty
 * @param body null for none
 */
public record ConnectorRequest(String method, String path, String query, @Nullable JsonNode body) {
  public static ConnectorRequest get(String path) {
    return get(path, "");
  }

  public static ConnectorRequest get(String path, String query) {
    return new ConnectorRequest("GET", path, query, null);
  }

  public static ConnectorRequest post(String path, String query) {
    return new ConnectorRequest("POST", path, query, null);
  }

  public static ConnectorRequest put(String path, JsonNode body) {
    return new ConnectorRequest("PUT", path, "", body);
  }
}
