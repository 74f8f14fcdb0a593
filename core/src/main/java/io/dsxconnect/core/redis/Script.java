package io.dsxconnect.core.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The scripts, each with the names of the keys and the shared library in front. */
public enum Script {
  ALONE,
  ANNOUNCE,
  ARCHIVED,
  CANCELLED,
  CONTROL,
  ENQUEUE,
  ENQUEUE_DONE,
  FORGET,
  GATES,
  GONE,
  HANDOFF,
  IDLE,
  PRESENCE,
  PRUNE,
  REFUSED,
  RENEW,
  REVIVE,
  SIGN,
  SILENT,
  SKIPPED,
  STATE,
  SWEEP,
  TAKE;

  private final String text;
  private final String digest;

  Script() {
    this.text =
        Keys.prelude()
            + resource("lib.lua")
            + resource(name().toLowerCase(java.util.Locale.ROOT) + ".lua");
    try {
      this.digest =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String text() {
    return text;
  }

  /** SHA-1 of the text, by which Redis knows it. */
  public String digest() {
    return digest;
  }
}
