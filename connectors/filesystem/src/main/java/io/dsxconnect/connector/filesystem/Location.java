package io.dsxconnect.connector.filesystem;

import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a path travels: as it is, or, when its bytes are not UTF-8, as a {@code file:///} URI that
 * keeps every byte. An absolute path has one leading slash, so the two cannot be taken for each
 * other.
 */
public final class Location {
  private static final String URI_PREFIX = "file:///";

  private Location() {}

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

  /** An absolute path as the system knows it. */
  static byte[] bytes(Path path) {
    return decode(rawUri(path).substring(URI_PREFIX.length() - 1));
  }

  /** The path of a location; empty when it is none. */
  public static Optional<Path> path(String location) {
    try {
      if (location.startsWith(URI_PREFIX)) {
        return Optional.of(Path.of(URI.create(location)));
      }
      return location.startsWith("/") ? Optional.of(Path.of(location)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      // InvalidPathException is one too: a zero byte, or a character that no file name can have.
      return Optional.empty();
    }
  }

  /** {@link Path#toUri} looks whether it is a folder, and would add a slash. */
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

  /** Whether a name from outside can be a file's name here. */
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
