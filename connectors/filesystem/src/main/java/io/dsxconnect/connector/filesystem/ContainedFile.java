package io.dsxconnect.connector.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A file in a {@link ContainedFolder}: read, moved and deleted relative to the open folder, never
 * through a link.
 */
final class ContainedFile implements AutoCloseable {
  private final ContainedFolder folder;
  private final Path path;
  private final Path name;

  /**
   * Opens the folders down to the file.
   *
   * @throws ContainedFolder.NotContained when the path does not lie below the root, or a component
   *     is a link
   */
  ContainedFile(Path root, Path path) throws IOException {
    Path parent = path.getParent();
    if (parent == null || path.equals(root) || !path.normalize().equals(path)) {
      throw new ContainedFolder.NotContained("File lies outside the asset");
    }
    this.path = path;
    this.name = path.getFileName();
    this.folder = ContainedFolder.open(root, parent);
  }

  /** What identifies a file and its content, as far as the file system tells. */
  record Stamp(String key, long size, Object modified, Object changed) {
    /**
     * Whether these are of the same file with the same content, under whatever name. The key alone
     * does not tell: file systems give that of a deleted file to the next one.
     */
    boolean isOf(BasicFileAttributes attributes) {
      return attributes.isRegularFile()
          && key.equals(String.valueOf(attributes.fileKey()))
          && size == attributes.size()
          && modified.equals(attributes.lastModifiedTime());
    }
  }

  BasicFileAttributes attributes() throws IOException {
    return folder.view(name).readAttributes();
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
        folder
            .current()
            .newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    return Channels.newInputStream(channel);
  }

  String sha256() throws IOException {
    MessageDigest digest = newSha256();
    try (InputStream in = open()) {
      byte[] buffer = new byte[128 * 1024];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  void delete() throws IOException {
    folder.current().deleteFile(name);
  }

  /** Renames into another folder of the same file system; replaces what has the name there. */
  void moveTo(ContainedFolder target, Path newName) throws IOException {
    folder.current().move(name, target.current(), newName);
  }

  /** Whether a failure says that the file, or a folder above it, is not there (any more). */
  static boolean isGone(IOException e) {
    return e instanceof NoSuchFileException || e instanceof NotDirectoryException;
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
