package io.dsxconnect.connector.filesystem;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes the files that this connector quarantined, so that scans leave them out: files with a
 * note that it sealed, and with the content that the note names. Any other file in the quarantine
 * may come from an attacker, and is scanned. Thread-safe.
 */
@ThreadSafe
final class QuarantinedFiles {
  private static final int MAX_KNOWN_FILES = 100_000;
  private static final Duration READ_TIMEOUT = Duration.ofMinutes(30);

  private final Path root;
  private final Path folder;
  private final NoteSeal seal;
  private final Map<String, Pair> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Pair> eldest) {
          return size() > MAX_KNOWN_FILES;
        }
      };

  /** A file and its note, as they were when the content was verified. */
  private record Pair(ContainedFile.Stamp file, ContainedFile.Stamp note) {}

  QuarantinedFiles(Path root, Path folder, NoteSeal seal) {
    this.root = ContainedFolder.rootOf(root, folder);
    this.folder = folder;
    this.seal = seal;
  }

  /**
   * Whether a folder is the quarantine, whatever its path.
   *
   * @param key {@link BasicFileAttributes#fileKey} of the folder
   */
  boolean isQuarantine(@Nullable Object key) {
    try {
      return key != null
          && key.equals(Files.readAttributes(folder, BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      // The quarantine does not exist (yet).
      return false;
    }
  }

  /**
   * Whether this connector quarantined the file of this name, or it is the note of such a file.
   * Reads the file, for 30 minutes at most; once verified, unchanged times and size suffice.
   */
  boolean contains(Path name) {
    String text = name.toString();
    String moved =
        text.endsWith(Quarantine.NOTE_SUFFIX)
            ? text.substring(0, text.length() - Quarantine.NOTE_SUFFIX.length())
            : text;
    if (!moved.endsWith(Quarantine.FILE_SUFFIX)) {
      return false;
    }
    try (ContainedFile file = new ContainedFile(root, folder.resolve(moved));
        ContainedFile note =
            new ContainedFile(root, folder.resolve(moved + Quarantine.NOTE_SUFFIX))) {
      Pair now = new Pair(file.stamp(), note.stamp());
      synchronized (known) {
        if (now.equals(known.get(moved))) {
          return true;
        }
      }
      boolean agrees =
          QuarantineNote.readSealed(
                  note.content(now.note(), QuarantineNote.MAX_BYTES), Path.of(moved), seal)
              .filter(n -> hasContent(file, now.file(), n.path("sha256").asText("")))
              .isPresent();
      if (agrees && now.equals(new Pair(file.stamp(), note.stamp()))) {
        synchronized (known) {
          known.put(moved, now);
        }
        return true;
      }
      return false;
    } catch (IOException e) {
      // A file that cannot be checked is listed, and reading it reports the error.
      return false;
    }
  }

  private static boolean hasContent(ContainedFile file, ContainedFile.Stamp stamp, String sha256) {
    try {
      return sha256.equals(file.sha256(stamp, READ_TIMEOUT));
    } catch (IOException e) {
      return false;
    }
  }
}
