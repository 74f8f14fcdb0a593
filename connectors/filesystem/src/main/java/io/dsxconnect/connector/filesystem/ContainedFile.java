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
 * through a link.
 */
final class ContainedFile implements AutoCloseable {
  private static final int BUFFER = 128 * 1024;

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

    /**
     * Whether at most links, mode or owner differ. A backdated change of the content looks the
     * same, so this is only the question whether comparing the content is worth it.
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

  private BasicFileAttributes regular() throws IOException {
    BasicFileAttributes attributes = attributes();
    if (!attributes.isRegularFile()) {
      throw new NoSuchFileException("not a regular file any more");
    }
    return attributes;
  }

  /** The file itself, to be looked at more closely than through its folder. */
  PathHandle pin(Stamp stamp) throws IOException {
    BasicFileAttributes attributes = attributes();
    if (!attributes.isRegularFile() || !stamp.key().equals(String.valueOf(attributes.fileKey()))) {
      throw new Replaced("another file took its place", true);
    }
    return PathHandle.of(path, attributes);
  }

  /**
   * Opens the stamped file. Where files can be pinned it is surely that one, and a FIFO that took
   * its place is never waited for.
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
   * In lower case.
   *
   * @throws IOException when it takes longer than {@code atMost}, too
   */
  String sha256(Stamp stamp, Duration atMost) throws IOException {
    MessageDigest digest = newSha256();
    long begun = System.nanoTime();
    try (InputStream in = open(stamp)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        if (System.nanoTime() - begun > atMost.toNanos()) {
          throw new IOException("reading took longer than " + atMost.toSeconds() + " s");
        }
      }
    }
    return hex(digest);
  }

  /**
   * All of a small file.
   *
   * @throws IOException when it is longer, too
   */
  byte[] content(Stamp stamp, int atMost) throws IOException {
    try (InputStream in = open(stamp)) {
      byte[] content = in.readNBytes(atMost + 1);
      if (content.length > atMost) {
        throw new IOException("it is longer than " + atMost + " bytes");
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
   * Moves the file aside in its folder, looks whether it is the stamped one, and only then deletes
   * it: what is put under its name meanwhile is never deleted unseen. A process that dies in
   * between leaves the file under its other name, where the next full scan finds it.
   *
   * @throws Replaced when it was another one
   */
  void delete(Stamp stamp, String id) throws IOException {
    Path aside = Path.of(".dsx-removing-" + id + extension());
    if (folder.holds(aside)) {
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

  /** Kept, so that a filter by extension accepts the file under its other name, too. */
  private String extension() {
    String text = name.toString();
    String extension = text.substring(Math.max(0, text.lastIndexOf('.')));
    return extension.matches("\\.[A-Za-z0-9]{1,16}") ? extension : "";
  }

  /**
   * Renames into another folder of the same file system.
   *
   * @throws Replaced when it was not the stamped one; it is back then, if its name was still free
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
    private final boolean back;

    private Replaced(String message, boolean back) {
      super(message);
      this.back = back;
    }

    /** Whether nothing was changed in the end. */
    boolean isBack() {
      return back;
    }
  }

  private Replaced putBack(ContainedFolder from, Path other) throws IOException {
    if (folder.holds(name)) {
      return new Replaced(
          "another file took its place at that moment, and is now "
              + Location.of(from.path().resolve(other)),
          false);
    }
    from.current().move(other, folder.current(), name);
    return new Replaced("another file took its place at that moment, and was put back", true);
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
