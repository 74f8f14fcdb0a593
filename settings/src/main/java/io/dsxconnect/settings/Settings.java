package io.dsxconnect.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads named settings and collects every fault, so that {@link #check} can tell them all at once.
 * Names are not case-sensitive. A blank value counts as unset. Not thread-safe; used at start only.
 */
public final class Settings {
  private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final List<String> faults = new ArrayList<>();

  public Settings(Map<String, String> environment) {
    environment.forEach(
        (name, value) -> {
          if (!value.isBlank()) {
            values.put(name, value.strip());
          }
        });
  }

  public @Nullable String text(String name) {
    return values.get(name);
  }

  public String text(String name, String unset) {
    String value = text(name);
    return value == null ? unset : value;
  }

  /** The value of the first of these names that is set. */
  public @Nullable String firstOf(String... names) {
    for (String name : names) {
      String value = text(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  /** A secret, from {@code NAME} or from the file that {@code NAME_FILE} names. */
  public @Nullable Secret secret(String name) {
    String value = text(name);
    if (value != null) {
      return new Secret(value);
    }
    String file = text(name + "_FILE");
    if (file == null) {
      return null;
    }
    try {
      String content = Files.readString(Path.of(file)).strip();
      return content.isEmpty() ? null : new Secret(content);
    } catch (IOException | java.nio.file.InvalidPathException e) {
      faults.add(name + "_FILE: cannot read " + file);
      return null;
    }
  }

  /** {@code true/false}, {@code yes/no}, {@code on/off}, {@code 1/0}, any case. */
  public boolean flag(String name, boolean unset) {
    String value = text(name);
    if (value == null) {
      return unset;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "1", "t", "y" -> true;
      case "false", "no", "off", "0", "f", "n" -> false;
      default -> {
        faults.add(name + "=" + value + ": must be true or false");
        yield unset;
      }
    };
  }

  /** A whole number from {@code min} to {@code max}. */
  public long number(String name, long unset, long min, long max) {
    String value = text(name);
    if (value == null) {
      return unset;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, with the range.
    }
    faults.add(name + "=" + value + ": must be a whole number from " + min + " to " + max);
    return unset;
  }

  /** A time in seconds, fractions allowed, of at least {@code min}. */
  public Duration seconds(String name, Duration unset, Duration min) {
    String value = text(name);
    if (value == null) {
      return unset;
    }
    try {
      double seconds = Double.parseDouble(value);
      if (seconds >= min.toMillis() / 1000.0 && seconds <= 1e9) {
        return Duration.ofMillis(Math.round(seconds * 1000));
      }
    } catch (NumberFormatException e) {
      // Told below, with the range.
    }
    faults.add(name + "=" + value + ": must be seconds, at least " + min.toMillis() / 1000.0);
    return unset;
  }

  /** One of some words, any case; given back as the list spells it. */
  public String oneOf(String name, String unset, List<String> words) {
    String value = text(name);
    if (value == null) {
      return unset;
    }
    for (String word : words) {
      if (word.equalsIgnoreCase(value)) {
        return word;
      }
    }
    faults.add(name + "=" + value + ": must be one of " + String.join(", ", words));
    return unset;
  }

  /** Notes a fault that only the caller can see. */
  public void fault(String message) {
    faults.add(message);
  }

  /** Throws with every fault that was found, if there is one. */
  public void check() {
    if (!faults.isEmpty()) {
      throw new InvalidSettings(faults);
    }
  }
}
