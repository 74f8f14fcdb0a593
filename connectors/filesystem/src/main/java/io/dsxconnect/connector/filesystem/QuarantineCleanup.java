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
 * Removes what a process that was killed during a move left in the quarantine: a sealed note
 * without its file, with the part of a copy that was being made. The file itself is still where it
 * was. Only what is an hour old is touched: another process may be at work.
 */
final class QuarantineCleanup {
  private static final Logger log = LoggerFactory.getLogger(QuarantineCleanup.class);
  private static final Duration AGE = Duration.ofHours(1);
  private static final String NOTE_OF_MOVED = Quarantine.MOVED + Quarantine.NOTE;

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

  void remove() {
    if (!Files.isDirectory(path)) {
      return;
    }
    try (ContainedFolder folder = ContainedFolder.open(root, path)) {
      for (Path name : candidates(folder)) {
        String text = name.toString();
        if (text.startsWith(Quarantine.TRIAL)) {
          folder.current().deleteFile(name);
        } else {
          note(folder, name, Path.of(text.substring(0, text.length() - Quarantine.NOTE.length())));
        }
      }
    } catch (NoSuchFileException | ContainedFolder.NotContained e) {
      // Another process removed it first, or nothing is ever moved there.
      return;
    } catch (IOException | DirectoryIteratorException e) {
      log.warn(
          "what an interrupted move left in {} could not be removed: {}",
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
          text.endsWith(NOTE_OF_MOVED)
              && !folder.holds(
                  Path.of(text.substring(0, text.length() - Quarantine.NOTE.length())));
      if (note || text.startsWith(Quarantine.TRIAL)) {
        BasicFileAttributes attributes = folder.view(name).readAttributes();
        boolean old =
            attributes.lastModifiedTime().toInstant().isBefore(clock.instant().minus(AGE));
        if (attributes.isRegularFile() && old && (note || attributes.size() == 0)) {
          found.add(name);
        }
      }
    }
    return found;
  }

  private void note(ContainedFolder folder, Path note, Path moved) throws IOException {
    try (ContainedFile file = new ContainedFile(root, path.resolve(note))) {
      if (QuarantineNote.read(file.content(file.stamp(), QuarantineNote.LONGEST), moved, seal)
          .isEmpty()) {
        return;
      }
    }
    Path part = Path.of(moved + Quarantine.PART);
    if (folder.holds(part)) {
      folder.current().deleteFile(part);
    }
    folder.current().deleteFile(note);
    log.info("removed what an interrupted move left: {}", Json.text(note.toString()));
  }
}
