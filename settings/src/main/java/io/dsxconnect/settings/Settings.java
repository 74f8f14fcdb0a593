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
 * Reads named settings. Asking for one declares it, with its type, default and what it does: from
 * that come the checks, the listing of {@code dsx config} and the reference page. Every fault is
 * collected, so that {@link #check} can tell them all at once. Names are not case-sensitive. A
 * blank value counts as unset. Not thread-safe; used at start only.
 */
public final class Settings {
  private static final long LONGEST_FILE = 64 * 1024;

  private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final Map<String, Setting> declared = new LinkedHashMap<>();
  private final Map<String, String> olderNames = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final List<String> faults = new ArrayList<>();

  public Settings(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          if (!value.isBlank()) {
            values.put(name, value.strip());
          }
        });
  }

  /** A text that has no default. */
  public @Nullable String optional(String name, String about, String... olderNames) {
    String value = find(name, olderNames);
    declare(name, "text", "", about, value == null ? "" : value);
    return value;
  }

  /**
   * A file or folder, as a path or, for a name whose bytes are not UTF-8, as its {@code file:///}
   * URI; null when it is not set.
   */
  public @Nullable Path path(String name, String about) {
    String value = optional(name, about);
    if (value == null) {
      return null;
    }
    Optional<Path> path = PathText.path(value);
    if (path.isEmpty()) {
      faults.add(name + ": " + PathText.help(value));
    }
    return path.orElse(null);
  }

  public String text(String name, String unset, String about, String... olderNames) {
    String value = find(name, olderNames);
    String used = value == null ? unset : value;
    declare(name, "text", unset, about, used);
    return used;
  }

  /** A secret, from {@code NAME} or from the file that {@code NAME_FILE} names. */
  public @Nullable Secret secret(String name, String about, String... olderNames) {
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
            about,
            value == null ? "" : Secret.MASK,
            source));
    return value == null ? null : new Secret(value);
  }

  private @Nullable String contentOf(String name, String file) {
    try {
      Path path = Path.of(file);
      if (Files.size(path) > LONGEST_FILE) {
        faults.add(name + ": " + file + " is too large for a secret");
        return null;
      }
      String content = withoutByteOrderMark(Files.readString(path)).strip();
      return content.isEmpty() ? null : content;
    } catch (IOException | InvalidPathException e) {
      faults.add(name + ": cannot read " + file);
      return null;
    }
  }

  /** Editors on Windows put one in front of what they save as UTF-8. */
  private static String withoutByteOrderMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** {@code true/false}, {@code yes/no}, {@code on/off}, {@code 1/0}, any case. */
  public boolean flag(String name, boolean unset, String about) {
    String value = find(name);
    boolean used = unset;
    if (value != null) {
      switch (value.toLowerCase(Locale.ROOT)) {
        case "true", "yes", "on", "1", "t", "y" -> used = true;
        case "false", "no", "off", "0", "f", "n" -> used = false;
        default -> faults.add(name + "=" + value + ": must be true or false");
      }
    }
    declare(name, "true or false", Boolean.toString(unset), about, Boolean.toString(used));
    return used;
  }

  /** A whole number from {@code min} to {@code max}. */
  public long number(
      String name, long unset, long min, long max, String about, String... olderNames) {
    Long given = within(name, find(name, olderNames), min, max);
    long used = given == null ? unset : given;
    declare(name, range(min, max), Long.toString(unset), about, Long.toString(used));
    return used;
  }

  /** The same without a default. */
  public @Nullable Long optionalNumber(String name, long min, long max, String about) {
    Long given = within(name, find(name), min, max);
    declare(name, range(min, max), "", about, given == null ? "" : Long.toString(given));
    return given;
  }

  private @Nullable Long within(String name, @Nullable String value, long min, long max) {
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

  /** Digits, or the scientific form of a whole number, which the original took too. */
  private static @Nullable Long wholeNumber(String text) {
    try {
      return text.matches("[0-9.]+[eE][0-9]{1,2}")
          ? new java.math.BigDecimal(text).longValueExact()
          : Long.valueOf(text);
    } catch (NumberFormatException | ArithmeticException e) {
      return null;
    }
  }

  /** A time in seconds, fractions allowed, of at least {@code min}. */
  public Duration seconds(String name, Duration unset, Duration min, String about) {
    String value = find(name);
    Duration used = unset;
    if (value != null) {
      Duration given = seconds(value);
      if (given == null || given.compareTo(min) < 0) {
        faults.add(name + "=" + value + ": must be seconds, at least " + plain(min));
      } else {
        used = given;
      }
    }
    declare(name, "seconds, " + plain(min) + " or more", plain(unset), about, plain(used));
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

  private static String plain(Duration time) {
    return time.toMillis() % 1000 == 0
        ? Long.toString(time.toSeconds())
        : Double.toString(time.toMillis() / 1000.0);
  }

  /** One of some words, any case; given back as the list spells it. */
  public String oneOf(String name, String unset, List<String> words, String about) {
    String value = find(name);
    String used = unset;
    if (value != null) {
      String given = value;
      used = words.stream().filter(given::equalsIgnoreCase).findFirst().orElse("");
      if (used.isEmpty()) {
        faults.add(name + "=" + value + ": must be one of " + String.join(", ", words));
        used = unset;
      }
    }
    declare(name, "one of " + String.join(", ", words), unset, about, used);
    return used;
  }

  /** A name that is taken so that nothing breaks, and that changes nothing here. */
  public void accepted(String name, String why) {
    String value = find(name);
    declare(name, "accepted", "", why, value == null ? "" : "(not used)");
  }

  /** What stands for a value in the listing, when it holds a secret within. */
  public void show(String name, String shown) {
    Setting setting = declared.get(name);
    if (setting != null) {
      declared.put(
          name,
          new Setting(
              name, setting.type(), setting.unset(), setting.about(), shown, setting.source()));
    }
  }

  /** Notes a fault that only the caller can see. */
  public void fault(String message) {
    faults.add(message);
  }

  /** What was asked for, in the order of asking. */
  public List<Setting> declared() {
    return List.copyOf(declared.values());
  }

  /**
   * Throws with every fault that was found, if there is one.
   *
   * @param prefixes names that begin so are ours: one that nobody asked for is a fault when it
   *     looks like a slip
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

  private void declare(String name, String type, String unset, String about, String value) {
    declared.put(
        name,
        new Setting(name, type, unset, about, Secret.maskedCredentials(value), sourceOf(name)));
  }
}
