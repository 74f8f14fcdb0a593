package io.dsxconnect.connector.filesystem;

import io.dsxconnect.contract.Json;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the traces of moves that a kill interrupted from the quarantine: sealed notes without
 * their files, with their unfinished copies, and trial files. The original files are still in
 * place. Files newer than an hour are kept, because another process may be using them. Thread-safe.
 */
final class QuarantineCleanup {
  private static final Logger log = LoggerFactory.getLogger(QuarantineCleanup.class);
  private static final Duration MIN_AGE = Duration.ofHours(1);
  private static final String NOTE_OF_FILE_SUFFIX = Quarantine.FILE_SUFFIX + Quarantine.NOTE_SUFFIX;

  private final Path root;
  private final Path path;
  private final NoteSeal seal;
  private final InstantSource clock;

  QuarantineCleanup(Path root, Path quarantine, NoteSeal seal, InstantSource clock) {
    this.root = ContainedFolder.rootOf(root, quarantine);
    this.path = quarantine;
    this.seal = seal;
    this.clock = clock;
  }

  /** Removes the traces; logs failures. */
  void run() {
    if (!Files.isDirectory(path)) {
      return;
    }
    try (ContainedFolder folder = ContainedFolder.open(root, path)) {
      for (Path name : candidates(folder)) {
        String text = name.toString();
        if (text.startsWith(Quarantine.TRIAL_PREFIX)) {
          folder.current().deleteFile(name);
        } else {
          removeNote(
              folder,
              name,
              Path.of(text.substring(0, text.length() - Quarantine.NOTE_SUFFIX.length())));
        }
      }
    } catch (NoSuchFileException | ContainedFolder.NotContained e) {
      // Another process removed it first, or the quarantine is refused anyway.
      return;
    } catch (IOException | DirectoryIteratorException e) {
      log.warn(
          "cannot remove the traces of an interrupted move from {}: {}",
          Location.of(path),
          e.getMessage());
    }
  }

  private List<Path> candidates(ContainedFolder folder) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path entry : folder.current()) {
      Path name = entry.getFileName();
      String text = name.toString();
      boolean note =
          text.endsWith(NOTE_OF_FILE_SUFFIX)
              && !folder.contains(
                  Path.of(text.substring(0, text.length() - Quarantine.NOTE_SUFFIX.length())));
      if (note || text.startsWith(Quarantine.TRIAL_PREFIX)) {
        BasicFileAttributes attributes = folder.view(name).readAttributes();
        boolean old =
            attributes.lastModifiedTime().toInstant().isBefore(clock.instant().minus(MIN_AGE));
        if (attributes.isRegularFile() && old && (note || attributes.size() == 0)) {
          found.add(name);
        }
      }
    }
    return found;
  }

  private void removeNote(ContainedFolder folder, Path note, Path moved) throws IOException {
    try (ContainedFile file = new ContainedFile(root, path.resolve(note))) {
      if (QuarantineNote.readSealed(
              file.content(file.stamp(), QuarantineNote.MAX_BYTES), moved, seal)
          .isEmpty()) {
        return;
      }
    }
    Path part = Path.of(moved + Quarantine.PART_SUFFIX);
    if (folder.contains(part)) {
      folder.current().deleteFile(part);
    }
    folder.current().deleteFile(note);
    log.info("removed the traces of an interrupted move: {}", Json.text(note.toString()));
  }
}
