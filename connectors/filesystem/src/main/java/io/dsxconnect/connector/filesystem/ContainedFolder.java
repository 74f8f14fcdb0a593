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
 * A folder reached from a root one component at a time, each opened relative to the one before and
 * never through a link: whatever is planted or swapped on the way, it cannot lead outside the root.
 * Everything done through it is done in the folder that was opened, wherever its path leads by now.
 */
@SuppressWarnings("StreamResourceLeak") // secure() passes the stream on or closes it
final class ContainedFolder implements AutoCloseable {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private static final Logger log = LoggerFactory.getLogger(ContainedFolder.class);
  private static final AtomicBoolean UNFORCED = new AtomicBoolean();

  private final Deque<SecureDirectoryStream<Path>> folders = new ArrayDeque<>();
  private final Path path;

  /** The path leads outside the root, or a link on it would. */
  static final class NotContained extends IOException {
    private static final long serialVersionUID = 1L;

    NotContained(String message) {
      super(message);
    }
  }

  private ContainedFolder(Path root, Path path, boolean make) throws IOException {
    this.path = path;
    boolean opened = false;
    try {
      folders.push(root(root));
      if (!path.equals(root)) {
        Path at = root;
        for (Path name : root.relativize(path)) {
          at = at.resolve(name);
          folders.push(child(at, make));
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
   * Opens a folder that must be there.
   *
   * @throws NotContained when it does not lie below the root, or a component is a link
   */
  static ContainedFolder open(Path root, Path folder) throws IOException {
    requireBelow(root, folder);
    return new ContainedFolder(root, folder, false);
  }

  /**
   * Opens a folder and makes what is missing of it, for its owner only. Outside the root a folder
   * is the operator's own and may be a link.
   */
  static ContainedFolder openOrMake(Path root, Path folder) throws IOException {
    if (folder.startsWith(root)) {
      return new ContainedFolder(root, folder, true);
    }
    Files.createDirectories(folder, OWNERS_FOLDER);
    return new ContainedFolder(folder, folder, false);
  }

  /** Where {@link #open} begins for a folder that need not lie in the root. */
  static Path rootOf(Path root, Path folder) {
    return folder.startsWith(root) ? root : folder;
  }

  private static void requireBelow(Path root, Path folder) throws NotContained {
    if (!folder.normalize().equals(folder) || !folder.startsWith(root)) {
      throw new NotContained("File lies outside the asset");
    }
  }

  private SecureDirectoryStream<Path> child(Path at, boolean make) throws IOException {
    Path name = at.getFileName();
    BasicFileAttributes attributes;
    try {
      attributes = view(name).readAttributes();
    } catch (NoSuchFileException e) {
      if (!make) {
        throw e;
      }
      make(at);
      return child(at, false);
    }
    if (attributes.isSymbolicLink()) {
      throw new NotContained(
          "a folder on the way is a symbolic link: " + Printable.of(String.valueOf(name)));
    }
    if (!attributes.isDirectory()) {
      // Opening a FIFO as a folder would wait for ever for somebody to write to it.
      throw new NotDirectoryException(String.valueOf(name));
    }
    return child(current(), at, attributes);
  }

  /** Opens a folder that is the operator's own and may be a link. */
  static SecureDirectoryStream<Path> root(Path folder) throws IOException {
    return secure(Files.newDirectoryStream(folder));
  }

  /**
   * Opens a folder in an open one.
   *
   * @param seen of the folder, as it was looked at in the open one; what took its place since is
   *     not opened
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

  private static void make(Path folder) throws IOException {
    try {
      // Java cannot make a folder relative to an open one. Should a link be planted on the way at
      // this moment, an empty folder is made elsewhere; nothing is ever put there, for it is not
      // the one that is opened next.
      Files.createDirectory(folder, OWNERS_FOLDER);
    } catch (FileAlreadyExistsException e) {
      // Somebody else made it meanwhile; it is judged when it is opened.
      return;
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

  /** What acts on names in this folder. */
  SecureDirectoryStream<Path> current() {
    return Objects.requireNonNull(folders.peek());
  }

  Path path() {
    return path;
  }

  /** The attributes of a name in this folder, a link's own if it is one. */
  BasicFileAttributeView view(Path name) {
    return current()
        .getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
  }

  boolean holds(Path name) throws IOException {
    try {
      view(name).readAttributes();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** A new file that only its owner can read; an existing name, a link too, is an error. */
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

  /** Takes every permission but the owner's to read and write from a file; never from a link's. */
  void restrict(Path name) throws IOException {
    current()
        .getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setPermissions(OWNER_ONLY);
  }

  /**
   * Brings the names of this folder to disk. Some file systems (9p, older SMB) cannot do it for
   * folders; there a power cut may undo the last rename, which is logged once.
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
      if (UNFORCED.compareAndSet(false, true)) {
        log.warn(
            "the file system of {} does not bring names to disk on request ({}); after a power cut"
                + " the last moves and deletions there may be undone",
            Location.of(path),
            TreeWalk.why(e));
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
