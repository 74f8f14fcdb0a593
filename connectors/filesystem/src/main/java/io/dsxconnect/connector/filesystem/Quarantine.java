package io.dsxconnect.connector.filesystem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.ThreadSafe;
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
 * The folder for malicious files. They get new, unique names with a suffix that no program runs,
 * and mode 0600, each with a {@link QuarantineNote}. The folder may be within the asset, where
 * attackers can write, so none of its contents are trusted. Thread-safe.
 */
@ThreadSafe
final class Quarantine {
  static final String FILE_SUFFIX = ".quarantined";
  static final String NOTE_SUFFIX = ".json";
  static final String PART_SUFFIX = ".part";
  static final String TRIAL_PREFIX = ".trial-";

  private static final int MAX_NAME_CHARS = 80;

  /** Leaves room for the id and the suffixes in the 255 bytes of a file name. */
  private static final int MAX_NAME_BYTES = 200;

  private static final int MAX_EARLIER_NOTE_BYTES = 64 * 1024;
  private static final String REMEDY =
      "make it a folder that this process's user may write, or name another one in"
          + " DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO";

  private final Path root;
  private final Path path;
  private final NoteSeal seal;
  private final InstantSource clock;
  private final Supplier<String> ids;

  /**
   * Creates the object, not the folder.
   *
   * @param root the asset's folder; within it no link on the path to the quarantine is followed
   * @param path the quarantine's path; the folder is created when it is first needed
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
   * @param path its path in the quarantine
   * @param remark a problem for the operator; null when there was none
   */
  record Moved(Path path, @Nullable String remark) {}

  /** A file that is verified to be the scanned one. */
  record Checked(ContainedFile file, ContainedFile.Stamp stamp, String sha256) {}

  /** The quarantine cannot be used; the file was left in place. */
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
   * Moves a file into the quarantine.
   *
   * @param requestedName the name to derive the new one from
   * @param tags for the note; may be empty
   * @throws Unusable when the quarantine cannot be used, or its path contains a link
   * @throws ContainedFile.Replaced when another file had taken its place
   * @throws IOException when the file was not moved
   */
  Moved moveIn(Checked checked, ScanRequest request, String requestedName, Map<String, String> tags)
      throws IOException {
    try (ContainedFolder folder = open()) {
      String id = newId();
      Path name =
          Path.of(
              safe(requestedName) + "." + id.substring(0, Math.min(12, id.length())) + FILE_SUFFIX);
      Path note = Path.of(name + NOTE_SUFFIX);
      if (folder.contains(name) || folder.contains(note)) {
        throw new IOException("the name " + name + " is taken");
      }
      ObjectNode text = QuarantineNote.of(request, checked.sha256(), tags, clock.instant());
      describe(text, checked);
      boolean earlier = addEarlierNote(text, checked.file());
      boolean moved = false;
      try {
        // Written first: without its note, a file could not be restored.
        try (FileChannel channel = folder.create(note)) {
          Channels.newOutputStream(channel).write(QuarantineNote.sealed(text, name, seal));
          channel.force(true);
        }
        move(checked, folder, name);
        moved = true;
      } finally {
        if (!moved) {
          deleteIfExists(folder, note);
        }
      }
      if (earlier) {
        deleteIfExists(checked.file().folder(), earlierNote(checked.file()));
      }
      return new Moved(path.resolve(name), restrict(folder, name));
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
   * Copies the earlier note of a file that was in a quarantine already. It was scanned there
   * because its note is not sealed with this connector's key, for example after the data folder was
   * lost. The earlier note keeps its original location.
   */
  private static boolean addEarlierNote(ObjectNode note, ContainedFile file) {
    if (!file.path().toString().endsWith(FILE_SUFFIX)) {
      return false;
    }
    Path beside = file.folder().path();
    try (ContainedFile old = new ContainedFile(beside, beside.resolve(earlierNote(file)))) {
      JsonNode earlier = Json.parse(old.content(old.stamp(), MAX_EARLIER_NOTE_BYTES));
      note.set("earlier", earlier);
      return earlier.isObject();
    } catch (IOException | InvalidInput e) {
      // No earlier note, or an unreadable one.
      return false;
    }
  }

  private static Path earlierNote(ContainedFile file) {
    return Path.of(file.path().getFileName() + NOTE_SUFFIX);
  }

  /** Returns why the quarantine cannot be written to; tries it with an empty file. */
  Optional<String> obstacle() {
    Path trial = Path.of(TRIAL_PREFIX + ids.get());
    try (ContainedFolder folder = open()) {
      folder.create(trial).close();
      folder.current().deleteFile(trial);
      return Optional.empty();
    } catch (Unusable e) {
      return Optional.of(e.getMessage() + "; " + REMEDY);
    } catch (IOException e) {
      return Optional.of(
          description() + " cannot be written: " + TreeWalk.reason(e) + "; " + REMEDY);
    }
  }

  private String description() {
    return "the quarantine folder " + Location.of(path);
  }

  private ContainedFolder open() throws Unusable {
    try {
      return ContainedFolder.openOrCreate(root, path);
    } catch (ContainedFolder.NotContained e) {
      throw new Unusable(description() + " is refused: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new Unusable(description() + " cannot be used: " + TreeWalk.reason(e), e);
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

  /** Moves to another file system: the original is deleted after the copy is complete on disk. */
  private void copyAcross(Checked checked, ContainedFolder folder, Path name) throws IOException {
    Path part = Path.of(name + PART_SUFFIX);
    boolean moved = false;
    try {
      if (!checked.sha256().equals(copy(checked, folder, part))
          || !checked.sha256().equals(digestOf(folder, part))) {
        throw new IOException("the file changed while it was moved");
      }
      folder.current().move(part, folder.current(), name);
      folder.force();
      checked.file().delete(checked.stamp(), newId());
      moved = true;
    } finally {
      if (!moved) {
        deleteIfExists(folder, part);
        deleteIfExists(folder, name);
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

  private static String digestOf(ContainedFolder folder, Path part) throws IOException {
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

  private static void deleteIfExists(ContainedFolder folder, Path name) throws IOException {
    try {
      folder.current().deleteFile(name);
    } catch (NoSuchFileException e) {
      // Already deleted.
      return;
    }
  }

  /** May fail after a move: only the owner of a file may change its mode. */
  private static @Nullable String restrict(ContainedFolder folder, Path name) {
    try {
      folder.restrict(name);
      return null;
    } catch (IOException e) {
      return "its permissions could not be restricted (" + TreeWalk.reason(e) + ")";
    }
  }

  /** Replaces characters other than letters, digits, {@code . _ -} and space, and limits length. */
  static String safe(String name) {
    String safe = name.replaceAll("[^\\p{L}\\p{N}._ -]", "_").replaceAll("^[.-]+", "_");
    int end = Math.min(safe.length(), MAX_NAME_CHARS);
    while (safe.substring(0, end).getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      end--;
    }
    if (end > 0 && Character.isHighSurrogate(safe.charAt(end - 1))) {
      // Half a surrogate pair is not a valid file name.
      end--;
    }
    return safe.isEmpty() ? "_" : safe.substring(0, end);
  }
}
