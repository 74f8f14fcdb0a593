package io.dsxconnect.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Paths as operators write them in arguments and settings. Java reads both as UTF-8 and replaces
 * the bytes that are not: such a name is written as a {@code file:///} URI, which keeps every byte.
 */
public final class PathText {
  private static final String URI_PREFIX = "file:///";
  private static final char REPLACED = '\uFFFD';

  private PathText() {}

  /** The path; empty when it cannot be one, or when bytes of its name were lost. */
  public static Optional<Path> path(String text) {
    if (text.indexOf(REPLACED) >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(text.startsWith(URI_PREFIX) ? Path.of(URI.create(text)) : Path.of(text));
    } catch (IllegalArgumentException e) {
      // InvalidPathException is one, too.
      return Optional.empty();
    }
  }

  /** What to do about a text that is no path, in one line. */
  public static String help(String text) {
    return text.indexOf(REPLACED) >= 0
        ? "the name has bytes that are not UTF-8; write it as a file:/// URI with %XX for each such"
            + " byte, for example file:///srv/caf%E9"
        : "'" + text + "' is no path";
  }
}
