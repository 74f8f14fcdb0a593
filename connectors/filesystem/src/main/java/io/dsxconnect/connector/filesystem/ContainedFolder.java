package io.dsxconnect.connector.filesystem;

import io.dsxconnect.contract.Printable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that was opened from a root one component at a time, each relative to the one before and
 * never through a link, so that no link planted or swapped on the path leads outside the root. All
 * operations act on the opened folder, wherever its path leads by then. Confined to one thread.
 */
@SuppressWarnings("StreamResourceLeak") // secure() passes the stream on or closes it
final class ContainedFolder implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final Logger log = LoggerFactory.getLogger(ContainedFolder.class);
  private static final AtomicBoolean FORCE_FAILURE_LOGGED = new AtomicBoolean();

  private final Deque<SecureDirectoryStream<Path>> folders = new ArrayDeque<>();
  private final Path path;

  /** The path leads outside the root, or contains a link. */
  static final class NotContained extends IOException {
    private static final long serialVersionUID = 1L;

    NotContained(String message) {
      super(message);
    }
  }

  private ContainedFolder(Path root, Path path, boolean create) throws IOException {
    this.path = path;
    boolean opened = false;
    try {
      folders.push(root(root));
      if (!path.equals(root)) {
        Path at = root;
        for (Path name : root.relativize(path)) {
          at = at.resolve(name);
          folders.push(child(at, create));
        }
      }
      opened = true;
    } finally {
      if (!opened) {
        close();
      }
    }
  }

  /**
   * Opens an existing folder.
   *
   * @throws NotContained when it is not below the root, or a component is a link
   */
  static ContainedFolder open(Path root, Path folder) throws IOException {
    requireBelow(root, folder);
    return new ContainedFolder(root, folder, false);
  }

  /**
   * Opens a folder and creates its missing components with mode 0700. A folder outside the root is
   * the operator's own and may be a link.
   */
  static ContainedFolder openOrCreate(Path root, Path folder) throws IOException {
    if (folder.startsWith(root)) {
      return new ContainedFolder(root, folder, true);
    }
    Files.createDirectories(folder, OWNER_ONLY_FOLDER);
    return new ContainedFolder(folder, folder, false);
  }

  /** The root for {@link #open} of a folder that may be outside the root. */
  static Path rootOf(Path root, Path folder) {
    return folder.startsWith(root) ? root : folder;
  }

  private static void requireBelow(Path root, Path folder) throws NotContained {
    if (!folder.normalize().equals(folder) || !folder.startsWith(root)) {
      throw new NotContained("File lies outside the asset");
    }
  }

  private SecureDirectoryStream<Path> child(Path at, boolean create) throws IOException {
    Path name = at.getFileName();
    BasicFileAttributes attributes;
    try {
      attributes = view(name).readAttributes();
    } catch (NoSuchFileException e) {
      if (!create) {
        throw e;
      }
      createFolder(at);
      return child(at, false);
    }
    if (attributes.isSymbolicLink()) {
      throw new NotContained(
          "a folder on the path is a symbolic link: " + Printable.of(String.valueOf(name)));
    }
    if (!attributes.isDirectory()) {
      // Opening a FIFO as a folder would block until a process writes to it.
      throw new NotDirectoryException(String.valueOf(name));
    }
    return child(current(), at, attributes);
  }

  /** Opens a folder of the operator, which may be a link. */
  static SecureDirectoryStream<Path> root(Path folder) throws IOException {
    return secure(Files.newDirectoryStream(folder));
  }

  /**
   * Opens a folder in an open one.
   *
   * @param at its path
   * @param seen its attributes, as read from the open folder
   * @throws IOException when it cannot be opened, or another file took its place since
   */
  static SecureDirectoryStream<Path> child(
      SecureDirectoryStream<Path> parent, Path at, BasicFileAttributes seen) throws IOException {
    if (!PathHandle.available()) {
      return parent.newDirectoryStream(at.getFileName(), LinkOption.NOFOLLOW_LINKS);
    }
    try (PathHandle pinned = PathHandle.of(at, seen)) {
      return secure(Files.newDirectoryStream(pinned.path()));
    }
  }

  private static void createFolder(Path folder) throws IOException {
    try {
      // Java cannot create a folder relative to an open one. If a link is planted on the path at
      // this moment, an empty folder is created elsewhere. It is never used, because the folder
      // that is opened next is another one.
      Files.createDirectory(folder, OWNER_ONLY_FOLDER);
    } catch (FileAlreadyExistsException e) {
      // Created by another process meanwhile; it is checked when it is opened.
      return;
    }
  }

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this file system does not support opening files relative to a folder");
  }

  /** The open folder, whose methods take names in it. */
  SecureDirectoryStream<Path> current() {
    return Objects.requireNonNull(folders.peek());
  }

  Path path() {
    return path;
  }

  /** The attributes of an entry of this folder; of a link, its own. */
  BasicFileAttributeView view(Path name) {
    return current()
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  boolean contains(Path name) throws IOException {
    try {
      view(name).readAttributes();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Creates a file with mode 0600; fails when the name exists, also as a link. */
  FileChannel create(Path name) throws IOException {
    return (FileChannel)
        current()
            .newByteChannel(
                name,
                Set.of(
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(OWNER_ONLY));
  }

  /** Sets the mode of a file to 0600; fails for a link. */
  void restrict(Path name) throws IOException {
    current()
        .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setPermissions(OWNER_ONLY);
  }

  /**
   * Forces the entries of this folder to disk. Some file systems (9p, older SMB) do not support
   * this: there a power cut may undo the last rename, which is logged once per process.
   */
  void force() {
    try {
      if (PathHandle.available()) {
        BasicFileAttributes own =
            current().getFileAttributeView(BasicFileAttributeView.class).readAttributes();
        try (PathHandle pinned = PathHandle.of(path.toRealPath(), own)) {
          force(pinned.path());
        }
      } else {
        force(path);
      }
    } catch (IOException e) {
      if (FORCE_FAILURE_LOGGED.compareAndSet(false, true)) {
        log.warn(
            "the file system of {} cannot force folders to disk ({}); a power cut may undo the last"
                + " moves and deletions there",
            Location.of(path),
            TreeWalk.reason(e));
      }
    }
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    while (!folders.isEmpty()) {
      folders.pop().close();
    }
  }
}
