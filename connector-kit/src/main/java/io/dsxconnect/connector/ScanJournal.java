package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
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
 * Remembers, in {@code scans/} of the data folder, what the core must still learn about each full
 * scan: a process that is killed while it lists, or while the core is away, must not leave a job
 * that never ends. One small JSON file per scan, {@code {"job", "listed"}}, {@code listed} being
 * the body of {@code enqueue_done}, in a folder of the process: replicas may share the data folder,
 * and a replica that starts must not end the scans of another that runs. Thread-safe.
 */
final class ScanJournal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ScanJournal.class);

  private final Path parent;
  private @Nullable ProcessFolder own;

  ScanJournal(Path dataDir) {
    this.parent = dataDir.resolve("scans");
  }

  /** What the core must learn about a job. */
  record Note(String job, JsonNode listed) {}

  /**
   * Notes what the core is to learn should this process end now; it is on the disk when this
   * returns. A failure is logged, not thrown: a scan without a note is better than none.
   */
  synchronized void write(String job, Map<String, Object> listed) {
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("job", job);
    note.put("listed", listed);
    try {
      Path folder = folder();
      Path made = Files.createTempFile(folder, "note", ".new");
      try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(Json.bytes(note));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      Files.move(made, file(folder, job), StandardCopyOption.ATOMIC_MOVE);
      force(folder);
    } catch (IOException e) {
      log.error(
          "cannot write to {} ({}): a kill would leave full scan {} open",
          parent,
          e.toString(),
          Printable.of(job));
    }
  }

  /** Makes a new name survive a power cut; not every file system can. */
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      log.debug("{} cannot be forced to disk: {}", folder, e.toString());
    }
  }

  /** Forgets a job whose end the core has taken. */
  synchronized void delete(String job) {
    try {
      Files.deleteIfExists(file(folder(), job));
    } catch (IOException e) {
      log.warn(
          "cannot delete the note of full scan {} ({}): the next start reports its end again",
          Printable.of(job),
          e.toString());
    }
  }

  /** Takes over the notes of processes that have ended. */
  synchronized List<Note> left() {
    List<Note> notes = new ArrayList<>();
    try {
      List<ProcessFolder> ended = ProcessFolder.left(parent);
      ended.forEach(folder -> adopt(folder.path(), notes));
      // As earlier versions left them.
      adopt(parent, notes);
      ended.forEach(ProcessFolder::close);
    } catch (IOException | DirectoryIteratorException e) {
      log.error("cannot read {} ({}): the jobs noted there may stay open", parent, e.toString());
    }
    return notes;
  }

  private void adopt(Path folder, List<Note> notes) {
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

  private void adoptFile(Path file, List<Note> notes) throws IOException {
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

  private Path folder() throws IOException {
    ProcessFolder folder = own;
    if (folder == null) {
      folder = ProcessFolder.create(parent);
      own = folder;
    }
    return folder.path();
  }

  /** A job's id comes from outside and may be no file name. */
  private static Path file(Path folder, String job) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(job.getBytes(StandardCharsets.UTF_8));
      return folder.resolve(HexFormat.of().formatHex(digest, 0, 16) + ".json");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Lets go of this process's notes: the next start takes over those that are left. */
  @Override
  public synchronized void close() {
    if (own != null) {
      own.close();
      own = null;
    }
  }
}
