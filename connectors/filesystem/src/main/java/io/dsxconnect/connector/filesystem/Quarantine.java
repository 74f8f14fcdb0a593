package io.dsxconnect.connector.filesystem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where malicious files are put: under new names that nothing runs and nothing collides with,
 * readable by the owner only, each with a {@link QuarantineNote}. The folder may lie in the asset,
 * where those who plant malware can write, so nothing in it is taken on trust.
 */
final class Quarantine {
  static final String MOVED = ".quarantined";
  static final String NOTE = ".json";
  static final String PART = ".part";
  static final String TRIAL = ".trial-";

  private static final int NAME = 80;
  private static final int LONGEST_EARLIER_NOTE = 64 * 1024;
  private static final String REMEDY =
      "make it a folder that this process's user may write, or name another one in"
          + " DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO";

  private final Path root;
  private final Path path;
  private final NoteSeal seal;
  private final InstantSource clock;
  private final Supplier<String> ids;

  /**
   * @param root below it no link on the way to the folder is followed
   * @param path the folder, made when it is first needed
   */
  Quarantine(Path root, Path path, NoteSeal seal, InstantSource clock, Supplier<String> ids) {
    this.root = root;
    this.path = path;
    this.seal = seal;
    this.clock = clock;
    this.ids = ids;
  }

  /**
   * A file that was moved.
   *
   * @param remark what did not go as it should, for the operator; null when all did
   */
  record Taken(Path path, @Nullable String remark) {}

  /** A file that was found to be the one to act on. */
  record Checked(ContainedFile file, ContainedFile.Stamp stamp, String sha256) {}

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
   * Moves a file into the folder.
   *
   * @throws Unusable when the folder cannot be used, or is, or lies behind, a link
   * @throws ContainedFile.Replaced when it turned out to be another file
   * @throws IOException when the file was not moved
   */
  Taken take(Checked checked, ScanRequest request, String wanted, Map<String, String> tags)
      throws IOException {
    try (ContainedFolder folder = open()) {
      String id = newId();
      Path name = Path.of(safe(wanted) + "." + id.substring(0, Math.min(12, id.length())) + MOVED);
      Path note = Path.of(name + NOTE);
      if (folder.holds(name) || folder.holds(note)) {
        throw new IOException("the name " + name + " is taken");
      }
      ObjectNode text = QuarantineNote.on(request, checked.sha256(), tags, clock.instant());
      describe(text, checked);
      boolean earlier = addEarlierNote(text, checked.file());
      boolean moved = false;
      try {
        // Made first: a file without a note could not be put back.
        try (FileChannel channel = folder.create(note)) {
          Channels.newOutputStream(channel).write(QuarantineNote.sealed(text, name, seal));
          channel.force(true);
        }
        move(checked, folder, name);
        moved = true;
      } finally {
        if (!moved) {
          deleteIfThere(folder, note);
        }
      }
      if (earlier) {
        deleteIfThere(checked.file().folder(), earlierNote(checked.file()));
      }
      return new Taken(path.resolve(name), restrict(folder, name));
    }
  }

  private static void describe(ObjectNode note, Checked checked) throws IOException {
    if (PathHandle.available()) {
      try (PathHandle pinned = checked.file().pin(checked.stamp())) {
        QuarantineNote.addAttributes(note, pinned.path());
      }
    } else {
      QuarantineNote.addAttributes(note, checked.file().path(), LinkOption.NOFOLLOW_LINKS);
    }
  }

  /**
   * A file that lies in the folder already was scanned there because its note was not sealed with
   * this connector's key, say after its data folder was lost. Where it first came from is not.
   */
  private static boolean addEarlierNote(ObjectNode note, ContainedFile file) {
    if (!file.path().toString().endsWith(MOVED)) {
      return false;
    }
    Path beside = file.folder().path();
    try (ContainedFile old = new ContainedFile(beside, beside.resolve(earlierNote(file)))) {
      JsonNode said = Json.parse(old.content(old.stamp(), LONGEST_EARLIER_NOTE));
      note.set("earlier", said);
      return said.isObject();
    } catch (IOException | InvalidInput e) {
      // There is none, or none that is a note.
      return false;
    }
  }

  private static Path earlierNote(ContainedFile file) {
    return Path.of(file.path().getFileName() + NOTE);
  }

  /** Why nothing can be put here now; empty when a first file could, which was tried. */
  Optional<String> obstacle() {
    Path trial = Path.of(TRIAL + ids.get());
    try (ContainedFolder folder = open()) {
      folder.create(trial).close();
      folder.current().deleteFile(trial);
      return Optional.empty();
    } catch (Unusable e) {
      return Optional.of(e.getMessage() + "; " + REMEDY);
    } catch (IOException e) {
      return Optional.of(where() + " cannot be written: " + TreeWalk.why(e) + "; " + REMEDY);
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
      throw new Unusable(where() + " cannot be used: " + TreeWalk.why(e), e);
    }
  }

  private String newId() {
    return ids.get().replace("-", "");
  }

  private void move(Checked checked, ContainedFolder folder, Path name) throws IOException {
    try {
      checked.file().moveTo(checked.stamp(), folder, name);
    } catch (AtomicMoveNotSupportedException e) {
      copyAcross(checked, folder, name);
    }
  }

  /** To another file system: whole and on disk under its final name before the original goes. */
  private void copyAcross(Checked checked, ContainedFolder folder, Path name) throws IOException {
    Path part = Path.of(name + PART);
    boolean moved = false;
    try {
      if (!checked.sha256().equals(copy(checked, folder, part))
          || !checked.sha256().equals(written(folder, part))) {
        throw new IOException("the file changed while it was moved");
      }
      folder.current().move(part, folder.current(), name);
      folder.force();
      checked.file().delete(checked.stamp(), newId());
      moved = true;
    } finally {
      if (!moved) {
        deleteIfThere(folder, part);
        deleteIfThere(folder, name);
      }
    }
  }

  private static String copy(Checked checked, ContainedFolder folder, Path part)
      throws IOException {
    MessageDigest digest = ContainedFile.newSha256();
    try (InputStream in = checked.file().open(checked.stamp());
        FileChannel channel = folder.create(part);
        OutputStream out = new DigestOutputStream(Channels.newOutputStream(channel), digest)) {
      in.transferTo(out);
      channel.force(true);
    }
    return ContainedFile.hex(digest);
  }

  private static String written(ContainedFolder folder, Path part) throws IOException {
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
    return ContainedFile.hex(digest);
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
      return "its permissions could not be taken away (" + TreeWalk.why(e) + ")";
    }
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
