package io.dsxconnect.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads named settings. Reading a setting also declares it, with its type, default and help: the
 * checks, the listing of {@code dsx config} and the reference page use these declarations. An
 * invalid value is recorded as a fault and replaced by the default; {@link #check} reports all
 * faults together. Names are not case-sensitive. A blank value counts as not set. Not thread-safe;
 * used at start only.
 *
 * <p>Parameters of all methods: {@code help} is one line for the reference page; {@code olderNames}
 * are read, in order, if {@code name} is not set.
 */
public final class Settings {
  private static final long MAX_SECRET_FILE_BYTES = 64 * 1024;

  private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, Setting> declared = new LinkedHashMap<>();
  private final Map<String, String> olderNames = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final List<String> faults = new ArrayList<>();

  /**
   * Takes the values that are not blank, without surrounding white space.
   *
   * @param environment names and values; usually {@link System#getenv()}
   */
  public Settings(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          if (!value.isBlank()) {
            values.put(name, value.strip());
          }
        });
  }

  /**
   * Reads a text without a default.
   *
   * @param name the environment variable
   * @param help one line for the reference page
   * @param olderNames read in this order if {@code name} is not set
   * @return null if it is not set
   */
  public @Nullable String optional(String name, String help, String... olderNames) {
    String value = find(name, olderNames);
    declare(name, "text", "", help, value == null ? "" : value);
    return value;
  }

  /**
   * Reads a file or folder, written as {@link PathText} describes. A text that is not a path is a
   * fault.
   *
   * @param name the environment variable
   * @param help one line for the reference page
   * @return null if it is not set or not a path
   */
  public @Nullable Path path(String name, String help) {
    String value = optional(name, help);
    if (value == null) {
      return null;
    }
    Optional<Path> path = PathText.path(value);
    if (path.isEmpty()) {
      faults.add(name + ": " + PathText.help(value));
    }
    return path.orElse(null);
  }

  /**
   * Reads a text with a default.
   *
   * @param name the environment variable
   * @param defaultValue the value if it is not set
   * @param help one line for the reference page
   * @param olderNames read in this order if {@code name} is not set
   * @return the value or the default
   */
  public String text(String name, String defaultValue, String help, String... olderNames) {
    String value = find(name, olderNames);
    String used = value == null ? defaultValue : value;
    declare(name, "text", defaultValue, help, used);
    return used;
  }

  /**
   * Reads a secret, from {@code NAME} or else from the file in {@code NAME_FILE}, of at most 64
   * KiB. A file that is larger or cannot be read is a fault.
   *
   * @param name the environment variable
   * @param help one line for the reference page
   * @param olderNames read in this order if {@code name} is not set, before the file
   * @return null if it is not set, or the file is empty or a fault
   */
  public @Nullable Secret secret(String name, String help, String... olderNames) {
    String value = find(name, olderNames);
    Setting.Source source = sourceOf(name);
    String file = values.get(name + "_FILE");
    if (value == null && file != null) {
      value = contentOf(name + "_FILE", file);
      source = Setting.Source.FILE;
    }
    declared.put(
        name,
        new Setting(
            name,
            "secret, or " + name + "_FILE",
            "",
            help,
            value == null ? "" : Secret.MASK,
            source));
    return value == null ? null : new Secret(value);
  }

  private @Nullable String contentOf(String name, String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > MAX_SECRET_FILE_BYTES) {
        faults.add(name + ": " + file + " is too large for a secret (more than 64 KiB)");
        return null;
      }
      String content = withoutByteOrderMark(Files.readString(path)).strip();
      return content.isEmpty() ? null : content;
    } catch (IOException | InvalidPathException e) {
      faults.add(name + ": cannot read " + file);
      return null;
    }
  }

  /** Editors on Windows put a byte order mark before text that they save as UTF-8. */
  private static String withoutByteOrderMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /**
   * Reads a boolean: {@code true/false}, {@code yes/no}, {@code on/off}, {@code t/f}, {@code y/n}
   * or {@code 1/0}, in any case.
   *
   * @param name the environment variable
   * @param defaultValue the value if it is not set or invalid
   * @param help one line for the reference page
   * @return the value or the default
   */
  public boolean flag(String name, boolean defaultValue, String help) {
    String value = find(name);
    boolean used = defaultValue;
    if (value != null) {
      switch (value.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on", "1", "t", "y" -> used = true;
        case "false", "no", "off", "0", "f", "n" -> used = false;
        default -> faults.add(name + "=" + value + ": must be true or false");
      }
    }
    declare(name, "true or false", Boolean.toString(defaultValue), help, Boolean.toString(used));
    return used;
  }

  /**
   * Reads a whole number, which may be written as {@code 4e6}.
   *
   * @param name the environment variable
   * @param defaultValue the value if it is not set or invalid; not checked against the range
   * @param min the smallest valid value
   * @param max the largest valid value; {@link Long#MAX_VALUE} for no limit
   * @param help one line for the reference page, with the unit
   * @param olderNames read in this order if {@code name} is not set
   * @return the value or the default
   */
  public long number(
      String name, long defaultValue, long min, long max, String help, String... olderNames) {
    Long given = parseNumber(name, find(name, olderNames), min, max);
    long used = given == null ? defaultValue : given;
    declare(name, range(min, max), Long.toString(defaultValue), help, Long.toString(used));
    return used;
  }

  /**
   * Like {@link #number}, without a default.
   *
   * @param name the environment variable
   * @param min the smallest valid value
   * @param max the largest valid value; {@link Long#MAX_VALUE} for no limit
   * @param help one line for the reference page, with the unit
   * @return null if it is not set or invalid
   */
  public @Nullable Long optionalNumber(String name, long min, long max, String help) {
    Long given = parseNumber(name, find(name), min, max);
    declare(name, range(min, max), "", help, given == null ? "" : Long.toString(given));
    return given;
  }

  private @Nullable Long parseNumber(String name, @Nullable String value, long min, long max) {
    if (value == null) {
      return null;
    }
    Long number = wholeNumber(value);
    if (number == null || number < min || number > max) {
      faults.add(name + "=" + value + ": must be a " + range(min, max));
      return null;
    }
    return number;
  }

  private static String range(long min, long max) {
    return "whole number, " + min + (max == Long.MAX_VALUE ? " or more" : " to " + max);
  }

  /** Digits or scientific notation, which the original product accepted as well. */
  private static @Nullable Long wholeNumber(String text) {
    try {
      return text.matches("[0-9.]+[eE][0-9]{1,2}")
          ? new java.math.BigDecimal(text).longValueExact()
          : Long.valueOf(text);
    } catch (NumberFormatException | ArithmeticException e) {
      return null;
    }
  }

  /**
   * Reads a time in seconds, with fractions, from {@code min} to 1e9; rounded to milliseconds.
   *
   * @param name the environment variable
   * @param defaultValue the value if it is not set or invalid; not checked against {@code min}
   * @param min the shortest valid time
   * @param help one line for the reference page
   * @return the value or the default
   */
  public Duration seconds(String name, Duration defaultValue, Duration min, String help) {
    String value = find(name);
    Duration used = defaultValue;
    if (value != null) {
      Duration given = seconds(value);
      if (given == null || given.compareTo(min) < 0) {
        faults.add(name + "=" + value + ": must be seconds, at least " + formatSeconds(min));
      } else {
        used = given;
      }
    }
    declare(
        name,
        "seconds, " + formatSeconds(min) + " or more",
        formatSeconds(defaultValue),
        help,
        formatSeconds(used));
    return used;
  }

  private static @Nullable Duration seconds(String text) {
    try {
      double seconds = Double.parseDouble(text);
      return seconds >= 0 && seconds <= 1e9 ? Duration.ofMillis(Math.round(seconds * 1000)) : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static String formatSeconds(Duration time) {
    return time.toMillis() % 1000 == 0
        ? Long.toString(time.toSeconds())
        : Double.toString(time.toMillis() / 1000.0);
  }

  /**
   * Reads one of some words, in any case.
   *
   * @param name the environment variable
   * @param defaultValue the value if it is not set or invalid
   * @param words the valid values
   * @param help one line for the reference page
   * @return the value as {@code words} spells it, or the default
   */
  public String oneOf(String name, String defaultValue, List<String> words, String help) {
    String value = find(name);
    String used = defaultValue;
    if (value != null) {
      String given = value;
      used = words.stream().filter(given::equalsIgnoreCase).findFirst().orElse("");
      if (used.isEmpty()) {
        faults.add(name + "=" + value + ": must be one of " + String.join(", ", words));
        used = defaultValue;
      }
    }
    declare(name, "one of " + String.join(", ", words), defaultValue, help, used);
    return used;
  }

  /**
   * Declares a setting that is accepted for compatibility and has no effect.
   *
   * @param name the environment variable
   * @param help one line for the reference page
   */
  public void accepted(String name, String help) {
    String value = find(name);
    declare(name, "accepted", "", help, value == null ? "" : "(not used)");
  }

  /**
   * Replaces the listed value of a declared setting, for values that contain a secret. An
   * undeclared name has no effect.
   *
   * @param name the name that the setting was read with
   * @param shown the text to list, with secrets masked
   */
  public void show(String name, String shown) {
    Setting setting = declared.get(name);
    if (setting != null) {
      declared.put(
          name,
          new Setting(
              name,
              setting.type(),
              setting.defaultValue(),
              setting.help(),
              shown,
              setting.source()));
    }
  }

  /**
   * Records a fault that the caller has found; {@link #check} reports it.
   *
   * @param message names the setting and what to do about it; without secrets
   */
  public void fault(String message) {
    faults.add(message);
  }

  /** {@return all settings that were read, in the order of the first reading; a copy} */
  public List<Setting> declared() {
    return List.copyOf(declared.values());
  }

  /**
   * Returns if no fault was recorded.
   *
   * @param prefixes an unknown name with one of these prefixes is a fault if it looks like a
   *     misspelled setting; call this after all settings were read
   * @throws InvalidSettings with all faults otherwise
   */
  public void check(String... prefixes) {
    faults.addAll(
        new UnknownNames(declared.keySet(), olderNames.keySet()).among(values.keySet(), prefixes));
    if (!faults.isEmpty()) {
      throw new InvalidSettings(faults);
    }
  }

  private @Nullable String find(String name, String... older) {
    for (String old : older) {
      olderNames.put(old, name);
    }
    String value = values.get(name);
    for (int i = 0; value == null && i < older.length; i++) {
      value = values.get(older[i]);
    }
    return value;
  }

  private Setting.Source sourceOf(String name) {
    if (values.containsKey(name)) {
      return Setting.Source.ENVIRONMENT;
    }
    boolean older =
        olderNames.entrySet().stream()
            .anyMatch(e -> e.getValue().equals(name) && values.containsKey(e.getKey()));
    return older ? Setting.Source.OLDER_NAME : Setting.Source.DEFAULT;
  }

  private void declare(String name, String type, String defaultValue, String help, String value) {
    declared.put(
        name,
        new Setting(
            name, type, defaultValue, help, Secret.maskedCredentials(value), sourceOf(name)));
  }
}
