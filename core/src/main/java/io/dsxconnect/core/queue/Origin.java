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
 * What all files of one connector share: the connector object and its URL. It is kept once a job
 * and named by its digest, so that a waiting file does not carry it.
 */
public record Origin(@Nullable ConnectorInstance connector, @Nullable String connectorUrl) {

  public static Origin of(ScanRequest request) {
    return new Origin(request.connector(), request.connectorUrl());
  }

  /** The request with the shared part taken out; {@link #restore} puts it back. */
  public static ScanRequest strip(ScanRequest request) {
    return request.withConnector(null, null);
  }

  public ScanRequest restore(ScanRequest request) {
    return request.withConnector(connector, connectorUrl);
  }

  public String json() {
    return Json.text(ScanRequest.of("", "").withConnector(connector, connectorUrl));
  }

  public static Origin parse(String json) throws InvalidInput {
    return of(ScanRequest.parse(json));
  }

  /** The first 64 bits of the SHA-256 of the JSON, as hex. */
  public String digest() {
    return HexFormat.of().formatHex(Arrays.copyOf(sha256(json()), 8));
  }

  /**
   * Names the connector in lanes: its uuid, if it has one, and a digest of the URL that the request
   * gives. Whoever names another connector's uuid with a URL of their own so has a lane of their
   * own, and it alone waits when nobody answers. Never holds a slash.
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
