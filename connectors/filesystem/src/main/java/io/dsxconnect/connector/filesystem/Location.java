package io.dsxconnect.connector.filesystem;

import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Converts between paths and locations. A location is the path itself or, when the path's bytes are
 * not UTF-8, a {@code file:///} URI, which preserves every byte. An absolute path has one leading
 * slash, so the two forms cannot be confused.
 */
public final class Location {
  private static final String URI_PREFIX = "file:///";

  private Location() {}

  /**
   * Returns the location of a path.
   *
   * @param path an absolute path
   * @return the path, or its URI when its bytes are not UTF-8
   */
  public static String of(Path path) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(java.nio.ByteBuffer.wrap(bytes(path)))
          .toString();
    } catch (CharacterCodingException e) {
      return rawUri(path);
    }
  }

  /** The bytes of an absolute path in the file system. */
  static byte[] bytes(Path path) {
    return decode(rawUri(path).substring(URI_PREFIX.length() - 1));
  }

  /**
   * Returns the path of a location.
   *
   * @param location an absolute path or a {@code file:///} URI
   * @return the path, not normalized; empty when the text is not a location
   */
  public static Optional<Path> path(String location) {
    try {
      if (location.startsWith(URI_PREFIX)) {
        return Optional.of(Path.of(URI.create(location)));
      }
      return location.startsWith("/") ? Optional.of(Path.of(location)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      // Includes InvalidPathException, for example for a zero byte.
      return Optional.empty();
    }
  }

  /** Removes the slash that {@link Path#toUri} appends to an existing folder. */
  private static String rawUri(Path path) {
    String uri = path.toUri().toString();
    return uri.length() > URI_PREFIX.length() && uri.endsWith("/")
        ? uri.substring(0, uri.length() - 1)
        : uri;
  }

  private static byte[] decode(String escaped) {
    byte[] in = escaped.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[in.length];
    int n = 0;
    for (int i = 0; i < in.length; i++) {
      if (in[i] == '%' && i + 2 < in.length) {
        out[n++] = (byte) Integer.parseInt(new String(in, i + 1, 2, StandardCharsets.US_ASCII), 16);
        i += 2;
      } else {
        out[n++] = in[i];
      }
    }
    return java.util.Arrays.copyOf(out, n);
  }

  /** Whether the text is usable as a file name: one component, neither {@code .} nor {@code ..}. */
  static boolean isName(String name) {
    try {
      return !name.isEmpty()
          && !name.equals(".")
          && !name.equals("..")
          && name.indexOf('/') < 0
          && Path.of(name).getNameCount() == 1;
    } catch (InvalidPathException e) {
      return false;
    }
  }
}
