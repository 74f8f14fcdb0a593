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
    String body =
        resource("lib.lua") + resource(name().toLowerCase(java.util.Locale.ROOT) + ".lua");
    this.text = names(body) + body;
    try {
      this.digest =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** The constants and key functions that this body uses; Redis creates each one at every call. */
  private static String names(String body) {
    StringBuilder names = new StringBuilder();
    for (QueueName queue : QueueName.values()) {
      names.append(queue.luaConstant());
    }
    for (Key key : Key.values()) {
      if (body.contains(key.luaName() + "(")) {
        names.append(key.luaFunction());
      }
    }
    return names.toString();
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
