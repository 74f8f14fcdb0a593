package io.dsxconnect.connector.filesystem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
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
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A file in a {@link ContainedFolder}: read, moved and deleted relative to the open folder, never
 * through a link. Confined to one thread.
 */
final class ContainedFile implements AutoCloseable {
  private static final int BUFFER_BYTES = 128 * 1024;

  private final ContainedFolder folder;
  private final Path path;
  private final Path name;

  /**
   * Opens the folders on the path to the file; the file itself need not exist.
   *
   * @throws ContainedFolder.NotContained when the path is not below the root, or a folder on it is
   *     a link
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

  /**
   * Identifies a file and its content, as far as the file system allows.
   *
   * @param key device and inode
   * @param size in bytes
   * @param modified the time of the last change of the content
   * @param changed the time of the last change of content or status (ctime)
   */
  record Stamp(String key, long size, Object modified, Object changed) {
    /**
     * Whether the attributes belong to the same file with the same content, under whatever name.
     * The key alone does not identify a file: file systems reuse the key of a deleted one.
     */
    boolean isOf(BasicFileAttributes attributes) {
      return attributes.isRegularFile()
          && key.equals(String.valueOf(attributes.fileKey()))
          && size == attributes.size()
          && modified.equals(attributes.lastModifiedTime());
    }

    /**
     * Whether at most links, mode or owner differ. A backdated change of the content looks the
     * same, so if true, the content must be compared.
     */
    boolean differsInStatusAtMost(Stamp other) {
      return key.equals(other.key) && size == other.size && modified.equals(other.modified);
    }
  }

  BasicFileAttributes attributes() throws IOException {
    return folder.view(name).readAttributes();
  }

  Stamp stamp() throws IOException {
    BasicFileAttributes inFolder = regular();
    // The ctime can be read by path only; the key shows whether it is that of the same file.
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

  private BasicFileAttributes regular() throws IOException {
    BasicFileAttributes attributes = attributes();
    if (!attributes.isRegularFile()) {
      throw new NoSuchFileException("no longer a regular file");
    }
    return attributes;
  }

  /**
   * Returns a handle on the stamped file, to read attributes that its folder cannot.
   *
   * @throws Replaced when another file took its place
   */
  PathHandle pin(Stamp stamp) throws IOException {
    BasicFileAttributes attributes = attributes();
    if (!attributes.isRegularFile() || !stamp.key().equals(String.valueOf(attributes.fileKey()))) {
      throw new Replaced("another file took its place", true);
    }
    return PathHandle.of(path, attributes);
  }

  /**
   * Opens the stamped file. Where {@link PathHandle#available}, it is certainly that file, and a
   * FIFO that took its place does not block.
   */
  InputStream open(Stamp stamp) throws IOException {
    if (PathHandle.available()) {
      try (PathHandle pinned = pin(stamp)) {
        return Channels.newInputStream(
            FileChannel.open(pinned.path(), Set.of(StandardOpenOption.READ)));
      }
    }
    SeekableByteChannel channel =
        folder
            .current()
            .newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    return Channels.newInputStream(channel);
  }

  /**
   * Computes the SHA-256 of the content.
   *
   * @return 64 hexadecimal digits in lower case
   * @throws IOException when the file cannot be read, or reading takes longer than {@code timeout}
   */
  String sha256(Stamp stamp, Duration timeout) throws IOException {
    MessageDigest digest = newSha256();
    long begun = System.nanoTime();
    try (InputStream in = open(stamp)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        if (System.nanoTime() - begun > timeout.toNanos()) {
          throw new IOException("reading took longer than " + timeout.toSeconds() + " s");
        }
      }
    }
    return hex(digest);
  }

  /**
   * Returns the content of a small file.
   *
   * @throws IOException when the file cannot be read, or is longer than {@code maxBytes}
   */
  byte[] content(Stamp stamp, int maxBytes) throws IOException {
    try (InputStream in = open(stamp)) {
      byte[] content = in.readNBytes(maxBytes + 1);
      if (content.length > maxBytes) {
        throw new IOException("it is longer than " + maxBytes + " bytes");
      }
      return content;
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  ContainedFolder folder() {
    return folder;
  }

  Path path() {
    return path;
  }

  /**
   * Deletes the file: renames it within its folder, checks that it is the stamped one, and only
   * then deletes it, so that a file that was just put under its name is not deleted unchecked. A
   * process that is killed in between leaves the file under its new name, where the next full scan
   * finds it.
   *
   * @param id part of the temporary name; unique
   * @throws Replaced when another file had taken its place
   */
  void delete(Stamp stamp, String id) throws IOException {
    Path aside = Path.of(".dsx-removing-" + id + extension());
    if (folder.contains(aside)) {
      throw new IOException("the name " + aside + " is taken");
    }
    folder.current().move(name, folder.current(), aside);
    if (!stamp.isOf(folder.view(aside).readAttributes())) {
      throw putBack(folder, aside);
    }
    boolean deleted = false;
    try {
      folder.current().deleteFile(aside);
      deleted = true;
    } finally {
      if (!deleted) {
        putBack(folder, aside);
      }
    }
    folder.force();
  }

  /** Keeps the extension, so that filters treat the renamed file alike. */
  private String extension() {
    String text = name.toString();
    String extension = text.substring(Math.max(0, text.lastIndexOf('.')));
    return extension.matches("\\.[A-Za-z0-9]{1,16}") ? extension : "";
  }

  /**
   * Renames the file into another folder of the same file system.
   *
   * @throws Replaced when another file had taken its place; that file is moved back if its name is
   *     still free
   */
  void moveTo(Stamp stamp, ContainedFolder target, Path newName) throws IOException {
    folder.current().move(name, target.current(), newName);
    if (!stamp.isOf(target.view(newName).readAttributes())) {
      throw putBack(target, newName);
    }
    target.force();
    folder.force();
  }

  /** Another file had taken the place of the one that was checked. */
  static final class Replaced extends IOException {
    private static final long serialVersionUID = 1L;
    private final boolean restored;

    private Replaced(String message, boolean restored) {
      super(message);
      this.restored = restored;
    }

    /** Whether the other file is under its own name, so that nothing changed. */
    boolean isRestored() {
      return restored;
    }
  }

  private Replaced putBack(ContainedFolder from, Path other) throws IOException {
    if (folder.contains(name)) {
      return new Replaced(
          "another file took its place meanwhile, and is now "
              + Location.of(from.path().resolve(other)),
          false);
    }
    from.current().move(other, folder.current(), name);
    return new Replaced("another file took its place meanwhile, and was put back", true);
  }

  /** Whether the failure means that the file, or a folder above it, does not exist. */
  static boolean isGone(IOException e) {
    return e instanceof NoSuchFileException || e instanceof NotDirectoryException;
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
