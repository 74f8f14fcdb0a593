package io.dsxconnect.connector.filesystem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows the files in the quarantine that this connector put there, so that scans leave them out:
 * those with a note that it sealed, and with the content that the note names. Whatever else lies
 * there may be anybody's. Thread-safe.
 */
final class QuarantinedFiles {
  private static final int MOST_REMEMBERED = 100_000;
  private static final Duration LONGEST_READING = Duration.ofMinutes(30);

  private final Path root;
  private final Path folder;
  private final NoteSeal seal;
  private final Map<String, Pair> known =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Pair> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /** A file and its note as they were when the content was found to agree. */
  private record Pair(ContainedFile.Stamp file, ContainedFile.Stamp note) {}

  QuarantinedFiles(Path root, Path folder, NoteSeal seal) {
    this.root = ContainedFolder.rootOf(root, folder);
    this.folder = folder;
    this.seal = seal;
  }

  /**
   * Whether a folder is the quarantine, by whatever path it was reached.
   *
   * @param key {@link BasicFileAttributes#fileKey} of the folder
   */
  boolean isFolder(@Nullable Object key) {
    try {
      return key != null
          && key.equals(Files.readAttributes(folder, BasicFileAttributes.class).fileKey());
    } catch (IOException e) {
      // It is not there (yet), so nothing is in it.
      return false;
    }
  }

  /**
   * Whether the file of this name in the quarantine was put there by this connector. The first time
   * this reads the file; as long as it stays as it is, its times and size are enough.
   */
  boolean has(Path name) {
    String text = name.toString();
    String moved =
        text.endsWith(Quarantine.NOTE)
            ? text.substring(0, text.length() - Quarantine.NOTE.length())
            : text;
    if (!moved.endsWith(Quarantine.MOVED)) {
      return false;
    }
    try (ContainedFile file = new ContainedFile(root, folder.resolve(moved));
        ContainedFile note = new ContainedFile(root, folder.resolve(moved + Quarantine.NOTE))) {
      Pair now = new Pair(file.stamp(), note.stamp());
      synchronized (known) {
        if (now.equals(known.get(moved))) {
          return true;
        }
      }
      boolean agrees =
          QuarantineNote.read(
                  note.content(now.note(), QuarantineNote.LONGEST), Path.of(moved), seal)
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
      // What cannot be checked is listed, and reading it reports what is wrong.
      return false;
    }
  }

  private static boolean hasContent(ContainedFile file, ContainedFile.Stamp stamp, String sha256) {
    try {
      return sha256.equals(file.sha256(stamp, LONGEST_READING));
    } catch (IOException e) {
      return false;
    }
  }
}
