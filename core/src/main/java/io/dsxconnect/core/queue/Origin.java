package io.dsxconnect.core.queue;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The part that all requests of one connector share: the connector object and its URL. Redis stores
 * it once per job under its digest, so that a waiting task does not carry it. Immutable.
 *
 * @param connector null if the caller gave none
 * @param connectorUrl null if the caller gave none
 */
public record Origin(@Nullable ConnectorInstance connector, @Nullable String connectorUrl) {

  public static Origin of(ScanRequest request) {
    return new Origin(request.connector(), request.connectorUrl());
  }

  /** The request without the shared part; {@link #restore} adds it again. */
  public static ScanRequest strip(ScanRequest request) {
    return request.withConnector(null, null);
  }

  /** The request with this shared part. */
  public ScanRequest restore(ScanRequest request) {
    return request.withConnector(connector, connectorUrl);
  }

  /** The JSON that {@link #parse} reads. */
  public String json() {
    return Json.text(ScanRequest.of("", "").withConnector(connector, connectorUrl));
  }

  /**
   * @throws InvalidInput if the text is not the JSON of an origin
   */
  public static Origin parse(String json) throws InvalidInput {
    return of(ScanRequest.parse(json));
  }

  /** The first 64 bits of the SHA-256 of the JSON, as hex. */
  public String digest() {
    return HexFormat.of().formatHex(Arrays.copyOf(sha256(json()), 8));
  }

  /**
   * The connector's key in names of lanes: its UUID, if it has one, and a digest of the request's
   * URL. A caller that sends another connector's UUID with its own URL gets a separate lane, and
   * only that lane waits if nothing answers at the URL. Has no slash.
   */
  public String connectorKey() {
    String url = connector != null && !connector.url().isBlank() ? connector.url() : connectorUrl;
    String name = connector == null || connector.uuid() == null ? "url" : connector.uuid();
    return name + "-" + HexFormat.of().formatHex(Arrays.copyOf(sha256(String.valueOf(url)), 8));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
