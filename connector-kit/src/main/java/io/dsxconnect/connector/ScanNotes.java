package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers, in {@code scans/} of the data folder, what the core has yet to be told of each full
 * scan: a process that is killed while it lists, or while the core is away, must not leave a job
 * that never ends. One small JSON file a scan: {@code {"job", "listed"}}, {@code listed} being the
 * body of {@code enqueue_done}.
 */
final class ScanNotes {
  private static final Logger log = LoggerFactory.getLogger(ScanNotes.class);

  private final Path folder;

  ScanNotes(Path dataDir) {
    this.folder = dataDir.resolve("scans");
  }

  /** What the core must be told of a job. */
  record Note(String job, JsonNode listed) {}

  /**
   * Notes what the core is to be told should this process end now. A failure is logged, not thrown:
   * a scan without a note is better than none.
   */
  void write(String job, Map<String, Object> listed) {
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("job", job);
    note.put("listed", listed);
    try {
      Files.createDirectories(folder);
      Path made = Files.createTempFile(folder, "note", ".new");
      Files.write(made, Json.bytes(note));
      Files.move(made, file(job), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      log.error(
          "cannot write to {} ({}): a kill would leave full scan {} open",
          folder,
          e.toString(),
          Printable.of(job));
    }
  }

  /** Forgets a job whose end the core has taken. */
  void delete(String job) {
    try {
      Files.deleteIfExists(file(job));
    } catch (IOException e) {
      log.warn(
          "cannot delete {} ({}): the next start tells the core again", file(job), e.toString());
    }
  }

  /** The notes of scans whose end the core has not taken. */
  List<Note> left() {
    List<Note> notes = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return notes;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : files) {
        read(file, notes);
      }
    } catch (IOException | DirectoryIteratorException e) {
      log.error("cannot read {} ({}): the jobs noted there may stay open", folder, e.toString());
    }
    return notes;
  }

  private static void read(Path file, List<Note> notes) {
    try {
      JsonNode note = Json.parse(Files.readAllBytes(file));
      notes.add(new Note(note.path("job").asText(), note.path("listed")));
    } catch (IOException | InvalidInput e) {
      log.error("cannot read {} ({}): the job noted there may stay open", file, e.toString());
    }
  }

  /** A job's id comes from outside and may be no file name. */
  private Path file(String job) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(job.getBytes(StandardCharsets.UTF_8));
      return folder.resolve(HexFormat.of().formatHex(digest, 0, 16) + ".json");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
