package io.dsxconnect.connector.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A file reached from a root one component at a time, each opened relative to the one before and
 * never through a link: whatever is planted or swapped on the way, it cannot lead outside the root.
 */
@SuppressWarnings("StreamResourceLeak") // secure() passes the stream on or closes it
final class ContainedFile implements AutoCloseable {
  private final Deque<SecureDirectoryStream<Path>> folders = new ArrayDeque<>();
  private final Path path;
  private final Path name;

  /**
   * Opens the folders down to the file.
   *
   * @throws NotContained when the path does not lie below the root
   */
  ContainedFile(Path root, Path path) throws IOException {
    Path normal = path.normalize();
    if (!normal.equals(path) || !normal.startsWith(root) || normal.equals(root)) {
      throw new NotContained();
    }
    this.path = normal;
    Path below = root.relativize(normal);
    this.name = below.getFileName();
    boolean opened = false;
    try {
      folders.push(secure(Files.newDirectoryStream(root)));
      for (int i = 0; i < below.getNameCount() - 1; i++) {
        folders.push(current().newDirectoryStream(below.getName(i), LinkOption.NOFOLLOW_LINKS));
      }
      opened = true;
    } finally {
      if (!opened) {
        close();
      }
    }
  }

  /** The path leads outside. */
  static final class NotContained extends IOException {
    private static final long serialVersionUID = 1L;

    NotContained() {
      super("lies outside the asset");
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this file system cannot open files relative to a folder");
  }

  private SecureDirectoryStream<Path> current() {
    return Objects.requireNonNull(folders.peek());
  }

  /** What identifies a file and its content, as far as the file system tells. */
  record Stamp(Object key, long size, Object modified, Object changed) {}

  BasicFileAttributes attributes() throws IOException {
    return current()
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .readAttributes();
  }

  Stamp stamp() throws IOException {
    BasicFileAttributes inFolder = attributes();
    if (!inFolder.isRegularFile()) {
      throw new NoSuchFileException("not a regular file any more");
    }
    // Only the path knows the time of change; the key says whether it is the same file.
    Map<String, Object> byPath =
        Files.readAttributes(path, "unix:ctime,ino,dev", LinkOption.NOFOLLOW_LINKS);
    String key =
        "(dev="
            + Long.toHexString(((Number) Objects.requireNonNull(byPath.get("dev"))).longValue())
            + ",ino="
            + byPath.get("ino")
            + ")";
    if (!key.equals(String.valueOf(inFolder.fileKey()))) {
      throw new IOException("the file was replaced");
    }
    return new Stamp(
        key,
        inFolder.size(),
        inFolder.lastModifiedTime(),
        Objects.requireNonNull(byPath.get("ctime")));
  }

  InputStream open() throws IOException {
    SeekableByteChannel channel =
        current().newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    return Channels.newInputStream(channel);
  }

  String sha256() throws IOException {
    try (InputStream in = open()) {
      return sha256(in);
    }
  }

  static String sha256(InputStream in) throws IOException {
    try {
      java.security.MessageDigest digest = java.security.MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[128 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  void delete() throws IOException {
    current().deleteFile(name);
  }

  /** Renames into another folder of the same file system; an existing name there must not exist. */
  void moveTo(Path folder, String newName) throws IOException {
    try (SecureDirectoryStream<Path> target = secure(Files.newDirectoryStream(folder))) {
      current().move(name, target, Path.of(newName));
    }
  }

  /** Whether a failure says that a component was no folder (any more), a link for example. */
  static boolean isGone(IOException e) {
    return e instanceof NoSuchFileException || e instanceof NotDirectoryException;
  }

  @Override
  public void close() throws IOException {
    while (!folders.isEmpty()) {
      folders.pop().close();
    }
  }
}
