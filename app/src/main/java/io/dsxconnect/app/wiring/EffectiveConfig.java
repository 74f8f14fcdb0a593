package io.dsxconnect.app.wiring;

import io.dsxconnect.core.api.StatusResource.EffectiveValue;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.settings.Secret;
import io.dsxconnect.settings.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The settings of the core with the values in force, as {@code GET /config/effective} shows. */
final class EffectiveConfig {
  private static final String SCANNER_URL = "DSXCONNECT_SCANNER__BASE_URL";
  private static final String REDIS_URL = "DSXCONNECT_REDIS_URL";
  private static final String ACCEPTED = "accepted";
  private static final String SET_HERE = "set_here";

  /** Sections by the begin of a name, the most specific first. */
  private static final List<Map.Entry<String, String>> SECTIONS =
      List.of(
          Map.entry("DSXCONNECT_RESULTS_DB__RETAIN", "results"),
          Map.entry("DSXCONNECT_WORKERS__BROKER", "redis"),
          Map.entry("DSXCONNECT_WORKERS__BACKEND", "redis"),
          Map.entry("DSXCONNECT_TASKQUEUE__", "redis"),
          Map.entry("DSXCONNECT_RESULTS_DB", "redis"),
          Map.entry("DSXCONNECT_RESULTS_DATABASE__", "redis"),
          Map.entry("DSXCONNECT_REDIS_", "redis"),
          Map.entry("DSXCONNECT_SCANNER__", "scanner"),
          Map.entry("DSXCONNECT_CONNECTORS__", "connectors"),
          Map.entry("DSXCONNECT_WORKERS__", "workers"),
          Map.entry("DSXCONNECT_SYSLOG__", "syslog"),
          Map.entry("DSXCONNECT_AUTH__", "authentication"),
          Map.entry("DSXCONNECT_ALLOW", "api"),
          Map.entry("DSXCONNECT_USE_TLS", "api"),
          Map.entry("DSXCONNECT_TLS_", "api"),
          Map.entry("DSXCONNECT_APP_ENV", "platform"));

  private EffectiveConfig() {}

  /**
   * The settings in the order in which they are read. Those of the original that have no effect are
   * listed only if they are set.
   *
   * @param scanner the scanner's address now, which may have been changed at run time; null when
   *     there is none
   */
  static List<EffectiveValue> of(CoreSettings settings, @Nullable Target scanner) {
    List<EffectiveValue> values = new ArrayList<>();
    for (Setting setting : settings.api().declared()) {
      boolean unset = setting.source() == Setting.Source.DEFAULT;
      if (setting.type().equals(ACCEPTED) && unset) {
        continue;
      }
      if (scanner != null
          && setting.name().equals(SCANNER_URL)
          && !scanner.equals(settings.scanner().base())) {
        values.add(value(setting, scanner.toString(), SET_HERE));
      } else {
        values.add(value(setting, inForce(setting, settings), source(setting)));
      }
    }
    return values;
  }

  /** As it was read, but for Redis, which may be an embedded one. */
  private static String inForce(Setting setting, CoreSettings settings) {
    return setting.name().equals(REDIS_URL) ? settings.redis().masked() : setting.value();
  }

  private static String source(Setting setting) {
    return switch (setting.source()) {
      case DEFAULT -> "default";
      case ENVIRONMENT, OLDER_NAME -> "environment";
      case FILE -> "file";
    };
  }

  private static EffectiveValue value(Setting setting, String value, String source) {
    boolean secret = setting.type().startsWith("secret");
    return new EffectiveValue(
        setting.name(),
        section(setting.name()),
        setting.help(),
        value.isEmpty() ? null : secret ? Secret.MASK : Secret.maskedCredentials(value),
        setting.defaultValue().isEmpty() ? null : setting.defaultValue(),
        unit(setting),
        source,
        secret);
  }

  private static String section(String name) {
    if (name.endsWith("_WORKER_CONCURRENCY")) {
      return "workers";
    }
    return SECTIONS.stream()
        .filter(section -> name.startsWith(section.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("other");
  }

  private static @Nullable String unit(Setting setting) {
    if (setting.type().startsWith("seconds")) {
      return "s";
    }
    if (setting.name().endsWith("_BYTES")) {
      return "bytes";
    }
    return setting.help().startsWith("Percent") ? "%" : null;
  }
}
