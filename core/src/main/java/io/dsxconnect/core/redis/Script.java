package io.dsxconnect.core.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The Lua scripts. Each text begins with the names that it uses, {@code lib.lua} and the script's
 * own includes: Redis executes all of it at every call, so that a script carries what it needs and
 * no more. The head of each file describes its arguments and answers.
 */
public enum Script {
  ALONE,
  ANNOUNCE("archive"),
  BACKLOG,
  CANCEL("archive", "steer"),
  CANCELLED("record"),
  CHART("archive"),
  DUE,
  ENQUEUE("archive"),
  ENQUEUE_DONE("archive"),
  FIND("archive"),
  FORGET("archive"),
  GATES,
  GONE,
  HANDOFF("record", "operations"),
  HEARTBEAT,
  IDLE,
  INDEX,
  LIST("archive"),
  LIVE,
  LOSE("record"),
  PAUSE("archive", "steer"),
  PRESENCE,
  PRESENCES,
  PRUNE("archive", "record"),
  REFUSED,
  REINDEX,
  RENEW,
  RESUME("archive", "steer"),
  RETRY("archive", "record"),
  REVIVE("archive", "record"),
  ROWS,
  SAMPLE,
  SETTLED("record"),
  SIGN,
  SILENT,
  SKIPPED,
  STATE,
  SWEEP,
  TAKE,
  UNSERVED;

  private final String text;
  private final String digest;

  Script(String... includes) {
    StringBuilder body = new StringBuilder(resource("lib"));
    for (String include : includes) {
      body.append(resource(include));
    }
    body.append(resource(file()));
    this.text = names(body.toString()) + body;
    try {
      byte[] sha1 =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
      this.digest = HexFormat.of().formatHex(sha1);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** The name of its file, without {@code .lua}. */
  String file() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The constants and key functions that this body uses. */
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
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name + ".lua");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The whole text, for a Redis that does not know the digest. */
  public String text() {
    return text;
  }

  /** SHA-1 of the text in hex, by which Redis finds a script that it ran before. */
  public String digest() {
    return digest;
  }
}
