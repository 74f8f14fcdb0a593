package io.dsxconnect.core.redis;

import io.dsxconnect.settings.Settings;
import io.lettuce.core.RedisURI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where all state lives.
 *
 * @param url {@code redis://} or {@code rediss://}, possibly with a password: never printed
 * @param env {@code DSXCONNECT_APP_ENV}
 */
public record RedisSettings(String url, String env) {
  private static final List<String> ENVIRONMENTS = List.of("exp", "dev", "app", "stg", "prod");

  /** Reads {@code DSXCONNECT_REDIS_URL} or, unset, the older names that stand for it. */
  public static RedisSettings from(Settings settings) {
    String url =
        settings.firstOf(
            "DSXCONNECT_REDIS_URL",
            "DSXCONNECT_WORKERS__BROKER",
            "DSXCONNECT_TASKQUEUE__BROKER",
            "DSXCONNECT_RESULTS_DB");
    String chosen = url == null ? "redis://localhost:6379/0" : url;
    if (parse(chosen) == null) {
      settings.fault(
          "DSXCONNECT_REDIS_URL: must be redis://[user:password@]host:port/db, or rediss:// for TLS");
      chosen = "redis://localhost:6379/0";
    }
    return new RedisSettings(chosen, settings.oneOf("DSXCONNECT_APP_ENV", "dev", ENVIRONMENTS));
  }

  static @Nullable RedisURI parse(String url) {
    try {
      return url.startsWith("redis://") || url.startsWith("rediss://")
          ? RedisURI.create(url)
          : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Host and port only. */
  public String address() {
    RedisURI uri = parse(url);
    return uri == null ? "?" : uri.getHost() + ":" + uri.getPort();
  }

  @Override
  public String toString() {
    return "RedisSettings[" + address() + ", " + env + "]";
  }
}
