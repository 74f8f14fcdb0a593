package io.dsxconnect.settings;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Parses paths from arguments and settings. Java decodes both as UTF-8 and replaces invalid bytes,
 * so a name with such bytes must be given as a {@code file:///} URI, which keeps every byte.
 * Thread-safe.
 */
public final class PathText {
  private static final String URI_PREFIX = "file:///";
  private static final char REPLACEMENT_CHARACTER = '\uFFFD';

  private PathText() {}

  /**
   * Parses a path.
   *
   * @param text a path of the platform, or a {@code file:///} URI
   * @return the path; empty if the text is not a path or has lost bytes of the name
   */
  public static Optional<Path> path(String text) {
    if (text.indexOf(REPLACEMENT_CHARACTER) >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(text.startsWith(URI_PREFIX) ? Path.of(URI.create(text)) : Path.of(text));
    } catch (IllegalArgumentException e) {
      // Includes InvalidPathException.
      return Optional.empty();
    }
  }

  /**
   * Explains a text that {@link #path} rejected.
   *
   * @param text the rejected text
   * @return one line with the reason and, for lost bytes, what to write instead
   */
  public static String help(String text) {
    return text.indexOf(REPLACEMENT_CHARACTER) >= 0
        ? "the name has bytes that are not UTF-8; write it as a file:/// URI with %XX for each such"
            + " byte, for example file:///srv/caf%E9"
        : "'" + text + "' is not a path";
  }
}
