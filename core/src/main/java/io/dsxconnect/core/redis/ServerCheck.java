package io.dsxconnect.core.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks whether a Redis can hold the state: its version, mode and persistence. */
final class ServerCheck {
  private static final Logger log = LoggerFactory.getLogger(ServerCheck.class);

  private ServerCheck() {}

  /** Why this server cannot be used; empty when it can. */
  static Optional<String> refusal(RedisCommands<String, String> commands) {
    Map<String, String> info = info(commands);
    if (info.isEmpty()) {
      return Optional.empty();
    }
    String version = info.getOrDefault("redis_version", "0.0");
    if (!atLeast62(version)) {
      return Optional.of("it is Redis " + version + "; 6.2 or newer is needed");
    }
    if ("1".equals(info.get("cluster_enabled"))) {
      return Optional.of("it is a cluster; one server, or one behind a fixed address, is needed");
    }
    return Optional.empty();
  }

  /** Logs configuration that risks the loss of state. */
  static void advise(RedisCommands<String, String> commands) {
    Map<String, String> info = info(commands);
    if (info.isEmpty()) {
      log.warn(
          "Redis' user has no right to INFO: version, persistence and memory are not checked,"
              + " and intake has no high-water mark; grant it with ACL SETUSER <user> +info");
      return;
    }
    if (!"noeviction".equals(info.getOrDefault("maxmemory_policy", "noeviction"))
        && !"0".equals(info.getOrDefault("maxmemory", "0"))) {
      log.warn(
          "Redis may evict files that wait to be scanned: set maxmemory-policy to noeviction (it is"
              + " {})",
          info.get("maxmemory_policy"));
    }
    if (!"1".equals(info.get("aof_enabled"))) {
      log.warn("Redis loses accepted files when it crashes: set appendonly yes");
    } else {
      warnOfLossWindow(commands);
    }
  }

  private static void warnOfLossWindow(RedisCommands<String, String> commands) {
    try {
      String fsync = commands.configGet("appendfsync").getOrDefault("appendfsync", "always");
      if (!fsync.equals("always")) {
        log.info(
            "Redis has appendfsync {}: a crash of its machine may lose the last seconds", fsync);
      }
    } catch (RedisCommandExecutionException e) {
      // A hosted Redis may deny it.
      log.debug("CONFIG GET is not allowed: {}", e.getMessage());
    }
  }

  static boolean atLeast62(String version) {
    String[] parts = version.split("\\.", -1);
    try {
      return parts.length >= 2
          && Integer.parseInt(parts[0]) * 100 + Integer.parseInt(parts[1]) >= 602;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  /** Empty when the user lacks the right to {@code INFO}. */
  private static Map<String, String> info(RedisCommands<String, String> commands) {
    try {
      return fields(commands.info("all"));
    } catch (RedisCommandExecutionException e) {
      if (isDenied(e)) {
        return Map.of();
      }
      throw e;
    }
  }

  /** Whether Redis refused the command because the user lacks a right. */
  static boolean isDenied(RedisException e) {
    return String.valueOf(e.getMessage()).startsWith("NOPERM");
  }

  /** The fields of an {@code INFO} text. */
  static Map<String, String> fields(String info) {
    Map<String, String> fields = new HashMap<>();
    info.lines()
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
              }
            });
    return fields;
  }
}
