package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores, in {@code scans/} of the data folder, the reports that the core must still receive about
 * full scans: a process that is killed during a listing, or while the core is unavailable, must not
 * leave a job that never ends. One small JSON file, a note, per scan: {@code {"job", "listed"}},
 * where {@code listed} is the body of {@code enqueue_done}. Each process has its own folder,
 * because replicas may share the data folder, and a starting replica must not end the scans of a
 * running one. Thread-safe.
 */
@ThreadSafe
final class ScanJournal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ScanJournal.class);

  private final Path parent;

  @GuardedBy("this") private @Nullable ProcessFolder own;

  ScanJournal(Path dataDir) {
    this.parent = dataDir.resolve("scans");
  }

  /** A report that the core must still receive. */
  record Note(String job, JsonNode listed) {}

  /**
   * Stores the report to send if this process ends now. It is on disk when this returns. A failure
   * is logged, not thrown: a scan without a note is better than no scan.
   */
  synchronized void write(String job, Map<String, Object> listed) {
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("job", job);
    note.put("listed", listed);
    try {
      Path folder = folder();
      Path temporary = Files.createTempFile(folder, "note", ".new");
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(Json.bytes(note));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(temporary, file(folder, job), StandardCopyOption.ATOMIC_MOVE);
      force(folder);
    } catch (IOException e) {
      log.error(
          "cannot write to {} ({}): if the connector is killed, full scan {} stays open",
          parent,
          e.toString(),
          Printable.of(job));
    }
  }

  /** Makes a new file name survive a power cut, on file systems that support it. */
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("{} cannot be forced to disk: {}", folder, e.toString());
    }
  }

  /** Deletes the note of a job whose end the core accepted. */
  synchronized void delete(String job) {
    try {
      Files.deleteIfExists(file(folder(), job));
    } catch (IOException e) {
      log.warn(
          "cannot delete the note of full scan {} ({}): its end is reported again at the next"
              + " start",
          Printable.of(job),
          e.toString());
    }
  }

  /** Moves the notes of ended processes into this process's folder, and returns them. */
  synchronized List<Note> takeOverAbandoned() {
    List<Note> notes = new ArrayList<>();
    try {
      List<ProcessFolder> ended = ProcessFolder.takeOverAbandoned(parent);
      for (ProcessFolder folder : ended) {
        adopt(folder.path(), notes);
      }
      // Earlier versions stored their notes here.
      adopt(parent, notes);
      ended.forEach(ProcessFolder::close);
    } catch (IOException | DirectoryIteratorException e) {
      log.error("cannot read {} ({}): the jobs noted there may stay open", parent, e.toString());
    }
    return notes;
  }

  @GuardedBy("this") private void adopt(Path folder, List<Note> notes) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : files) {
        adoptFile(file, notes);
      }
    } catch (IOException | DirectoryIteratorException e) {
      log.error("cannot read {} ({}): the jobs noted there may stay open", folder, e.toString());
    }
  }

  @GuardedBy("this") private void adoptFile(Path file, List<Note> notes) throws IOException {
    try {
      JsonNode json = Json.parse(Files.readAllBytes(file));
      Note note = new Note(json.path("job").asText(), json.path("listed"));
      Files.move(file, file(folder(), note.job()), StandardCopyOption.ATOMIC_MOVE);
      notes.add(note);
    } catch (InvalidInput e) {
      log.error("{} is damaged ({}): the job noted there may stay open", file, e.toString());
      Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"));
    }
  }

  @GuardedBy("this") private Path folder() throws IOException {
    ProcessFolder folder = own;
    if (folder == null) {
      folder = ProcessFolder.create(parent);
      own = folder;
    }
    return folder.path();
  }

  /** Hashes the job's id, which comes from outside and may not be a valid file name. */
  private static Path file(Path folder, String job) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(job.getBytes(StandardCharsets.UTF_8));
      return folder.resolve(HexFormat.of().formatHex(digest, 0, 16) + ".json");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Releases this process's folder: the next start takes over its remaining notes. */
  @Override
  public synchronized void close() {
    if (own != null) {
      own.close();
      own = null;
    }
  }
}
