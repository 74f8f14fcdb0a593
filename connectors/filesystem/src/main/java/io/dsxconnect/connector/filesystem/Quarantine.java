package io.dsxconnect.connector.filesystem;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where malicious files are put: under new names that nothing runs and nothing collides with,
 * readable by the owner only, each with a note ({@code .json}) of where it came from. The folder
 * may lie in the asset, where those who plant malware can write, so nothing in it is taken on
 * trust.
 */
final class Quarantine {
  private static final int NAME = 80;
  private static final String MOVED = ".quarantined";
  private static final String NOTE = ".json";
  private static final String REMEDY =
      "make it a folder that this process's user may write, or name another one in"
          + " DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO";
  private static final Set<PosixFilePermission> OTHERS_WRITE =
      Set.of(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);

  private final Path root;
  private final Path path;
  private final InstantSource clock;
  private final Supplier<String> ids;

  /**
   * @param root below it no link on the way to the folder is followed
   * @param path the folder, made when it is first needed
   */
  Quarantine(Path root, Path path, InstantSource clock, Supplier<String> ids) {
    this.root = root;
    this.path = path;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * A file that was moved.
   *
   * @param remark what did not go as it should, for the operator; null when all did
   */
  record Taken(Path path, @Nullable String remark) {}

  /** The folder cannot be used; the file was left where it is. */
  static final class Unusable extends IOException {
    private static final long serialVersionUID = 1L;

    Unusable(String message, IOException cause) {
      super(message, cause);
    }
  }

  Path path() {
    return path;
  }

  /**
   * Whether a file lies in the folder because this connector put it there: moved and with its note,
   * where nobody else can write. Whatever else lies there may be anybody's.
   */
  boolean put(Path file) {
    if (!path.equals(file.getParent())) {
      return false;
    }
    String name = String.valueOf(file.getFileName());
    String moved = name.endsWith(NOTE) ? name.substring(0, name.length() - NOTE.length()) : name;
    return moved.endsWith(MOVED)
        && Files.isRegularFile(path.resolve(moved), LinkOption.NOFOLLOW_LINKS)
        && Files.isRegularFile(path.resolve(moved + NOTE), LinkOption.NOFOLLOW_LINKS)
        && isOursAlone();
  }

  private boolean isOursAlone() {
    try {
      Object owner = Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
      return owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
          && Collections.disjoint(
              Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS), OTHERS_WRITE);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      // Whose it is cannot be told here.
      return false;
    }
  }

  /**
   * Moves a file into the folder.
   *
   * @param stamp of the file as it was checked
   * @throws Unusable when the folder cannot be used, or is, or lies behind, a link
   * @throws IOException when the file was not moved, or turned out to be another one
   */
  Taken take(ContainedFile file, ContainedFile.Stamp stamp, ScanRequest request, String wanted)
      throws IOException {
    try (ContainedFolder folder = open()) {
      String id = ids.get().replace("-", "");
      Path name = Path.of(safe(wanted) + "." + id.substring(0, Math.min(12, id.length())) + MOVED);
      Path note = Path.of(name + NOTE);
      if (folder.holds(name) || folder.holds(note)) {
        throw new IOException("the name " + name + " is taken");
      }
      boolean moved = false;
      try {
        // Made first: a file without a note could not be put back.
        try (FileChannel channel = folder.create(note)) {
          Channels.newOutputStream(channel).write(Json.bytes(noteOn(request)));
        }
        move(file, stamp, folder, name);
        moved = true;
      } finally {
        if (!moved) {
          deleteIfThere(folder, note);
        }
      }
      return new Taken(path.resolve(name), restrict(folder, name));
    }
  }

  /** Why nothing can be put here now; empty when a first file could, which was tried. */
  Optional<String> obstacle() {
    Path trial = Path.of(".trial-" + ids.get());
    try (ContainedFolder folder = open()) {
      folder.create(trial).close();
      folder.current().deleteFile(trial);
      return Optional.empty();
    } catch (Unusable e) {
      return Optional.of(e.getMessage() + "; " + REMEDY);
    } catch (IOException e) {
      return Optional.of(where() + " cannot be written: " + Walk.why(e) + "; " + REMEDY);
    }
  }

  private String where() {
    return "the quarantine folder " + Location.of(path);
  }

  private ContainedFolder open() throws Unusable {
    try {
      return ContainedFolder.openOrMake(root, path);
    } catch (ContainedFolder.NotContained e) {
      throw new Unusable(where() + " is refused: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Unusable(where() + " cannot be used: " + Walk.why(e), e);
    }
  }

  private static void move(
      ContainedFile file, ContainedFile.Stamp stamp, ContainedFolder folder, Path name)
      throws IOException {
    try {
      file.moveTo(folder, name);
    } catch (AtomicMoveNotSupportedException e) {
      copyAcross(file, stamp, folder, name);
      return;
    }
    if (!stamp.isOf(folder.view(name).readAttributes())) {
      throw new IOException(
          "another file took its place at that moment, and is now "
              + Location.of(folder.path().resolve(name)));
    }
  }

  /** To another file system: whole and on disk under its final name before the original goes. */
  private static void copyAcross(
      ContainedFile file, ContainedFile.Stamp stamp, ContainedFolder folder, Path name)
      throws IOException {
    Path part = Path.of(name + ".part");
    boolean whole = false;
    try {
      byte[] read = copy(file, folder, part);
      if (!MessageDigest.isEqual(read, written(folder, part)) || !stamp.equals(file.stamp())) {
        throw new IOException("the file changed while it was moved");
      }
      folder.current().move(part, folder.current(), name);
      whole = true;
      folder.force();
    } finally {
      if (!whole) {
        deleteIfThere(folder, part);
      }
    }
    boolean deleted = false;
    try {
      file.delete();
      deleted = true;
    } finally {
      if (!deleted) {
        deleteIfThere(folder, name);
      }
    }
  }

  private static byte[] copy(ContainedFile file, ContainedFolder folder, Path part)
      throws IOException {
    MessageDigest digest = ContainedFile.newSha256();
    try (InputStream in = file.open();
        FileChannel channel = folder.create(part);
        OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest)) {
      in.transferTo(out);
      channel.force(true);
    }
    return digest.digest();
  }

  private static byte[] written(ContainedFolder folder, Path part) throws IOException {
    MessageDigest digest = ContainedFile.newSha256();
    try (InputStream in =
            Channels.newInputStream(
                folder
                    .current()
                    .newByteChannel(
                        part, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)));
        OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
      in.transferTo(out);
    }
    return digest.digest();
  }

  private static void deleteIfThere(ContainedFolder folder, Path name) throws IOException {
    try {
      folder.current().deleteFile(name);
    } catch (NoSuchFileException e) {
      // That is what was wanted.
      return;
    }
  }

  /** A file of somebody else's can be moved by who may write its folder, but not restricted. */
  private static @Nullable String restrict(ContainedFolder folder, Path name) {
    try {
      folder.restrict(name);
      return null;
    } catch (IOException e) {
      return "its permissions could not be taken away (" + Walk.why(e) + ")";
    }
  }

  private ObjectNode noteOn(ScanRequest request) {
    return Json.object()
        .put("location", request.location())
        .put("sha256", request.contentSha256())
        .put("job", request.scanJobId())
        .put("action_id", request.actionId())
        .put("quarantined_at", clock.instant().toString());
  }

  /** Letters, digits and a few marks stay. */
  static String safe(String name) {
    String safe = name.replaceAll("[^\\p{L}\\p{N}._ -]", "_").replaceAll("^[.-]+", "_");
    int end = Math.min(safe.length(), NAME);
    while (safe.substring(0, end).getBytes(StandardCharsets.UTF_8).length > 200) {
      end--;
    }
    if (end > 0 && Character.isHighSurrogate(safe.charAt(end - 1))) {
      // Half a character is no file name.
      end--;
    }
    return safe.isEmpty() ? "_" : safe.substring(0, end);
  }
}
