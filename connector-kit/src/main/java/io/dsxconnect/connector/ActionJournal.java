package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Status;
import io.dsxconnect.settings.StartFailure;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The item actions of the connector, on disk before they are reported: a line {@code {"id"}} before
 * an action's effect, a line {@code {"id","outcome","file"}} after it. An outcome with status
 * {@code error} cancels the intent. Replicas may share the file. Its mode is 0600, because it names
 * malicious files. Thread-safe.
 */
@ThreadSafe
final class ActionJournal {
  private static final Logger log = LoggerFactory.getLogger(ActionJournal.class);

  /** Number of actions that are remembered; the oldest are forgotten first. */
  static final int MAX_ACTIONS = 100_000;

  /** A longer file is rewritten without the forgotten actions. */
  private static final long MAX_FILE_BYTES = 64L << 20;

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final int maxActions;
  private final long maxBytes;

  @GuardedBy("this") private long lines;

  @GuardedBy("this") private long rewriteAt;

  ActionJournal(Path file) {
    this(file, MAX_ACTIONS, MAX_FILE_BYTES);
  }

  ActionJournal(Path file, int maxActions, long maxBytes) {
    this.file = file;
    this.maxActions = maxActions;
    this.maxBytes = maxBytes;
    this.rewriteAt = maxBytes;
  }

  /**
   * The recorded state of an action.
   *
   * @param outcome null when the process ended during the action
   * @param file {@link FirstActions#fileKey} of the file that the action succeeded on; null when
   *     unknown
   */
  record RecordedAction(@Nullable ItemActionStatus outcome, @Nullable String file) {}

  /**
   * Returns the actions by id, oldest first. Rewrites a journal that has grown beyond its limits.
   *
   * @throws StartFailure when the file exists and cannot be read
   */
  synchronized Map<String, RecordedAction> read() {
    if (!Files.exists(file)) {
      return new LinkedHashMap<>();
    }
    try {
      Map<String, RecordedAction> actions = load();
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      if (hasGrown(Files.size(file))) {
        rewrite();
      }
      return actions;
    } catch (IOException e) {
      throw new StartFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  @GuardedBy("this") private Map<String, RecordedAction> load() throws IOException {
    Map<String, RecordedAction> actions =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, RecordedAction> eldest) {
            return size() > maxActions;
          }
        };
    lines = 0;
    long bad = 0;
    // Files.newBufferedReader fails at bytes that are not UTF-8, which a crash can leave.
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines++;
        bad += line.isBlank() || parseLine(line, actions) ? 0 : 1;
      }
    }
    if (bad > 0) {
      log.warn("ignored {} incomplete or damaged lines of {}", bad, file);
    }
    return actions;
  }

  /** Returns false for a line that is damaged, for example half written before a kill. */
  private static boolean parseLine(String line, Map<String, RecordedAction> actions) {
    try {
      JsonNode entry = Json.parse(line.getBytes(StandardCharsets.UTF_8));
      String id = entry.path("id").asText();
      if (!entry.path("id").isTextual()) {
        return false;
      }
      if (!entry.has("outcome")) {
        actions.putIfAbsent(id, new RecordedAction(null, null));
        return true;
      }
      ItemActionStatus outcome = ItemActionStatus.read(entry.path("outcome"));
      actions.remove(id);
      if (outcome.status() != Status.ERROR) {
        JsonNode on = entry.path("file");
        actions.put(id, new RecordedAction(outcome, on.isTextual() ? on.asText() : null));
      }
      return true;
    } catch (InvalidInput e) {
      return false;
    }
  }

  @GuardedBy("this") private boolean hasGrown(long bytes) {
    return lines > 2L * maxActions || bytes > rewriteAt;
  }

  /** Keeps the newest actions, up to half of the allowed bytes. */
  @GuardedBy("this") private void rewrite() {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try {
      Map<String, RecordedAction> actions = load();
      long kept = 0;
      try (FileChannel channel =
              FileChannel.open(
                  temporary,
                  Set.of(
                      StandardOpenOption.CREATE,
                      StandardOpenOption.TRUNCATE_EXISTING,
                      StandardOpenOption.WRITE),
                  OWNER_ONLY);
          BufferedOutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
        long left = Math.max(0, bytes(actions) - maxBytes / 2);
        for (Map.Entry<String, RecordedAction> action : actions.entrySet()) {
          byte[] line = bytes(action);
          if (left > 0) {
            left -= line.length;
          } else {
            out.write(line);
            kept++;
          }
        }
        out.flush();
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      lines = kept;
      rewriteAt = maxBytes;
    } catch (IOException e) {
      log.warn("cannot rewrite {} ({}); it keeps growing", file, e.toString());
      lines = 0;
      rewriteAt += maxBytes / 2;
    }
  }

  private static long bytes(Map<String, RecordedAction> actions) {
    long sum = 0;
    for (Map.Entry<String, RecordedAction> action : actions.entrySet()) {
      sum += bytes(action).length;
    }
    return sum;
  }

  private static byte[] bytes(Map.Entry<String, RecordedAction> action) {
    return line(action.getKey(), action.getValue()).getBytes(StandardCharsets.UTF_8);
  }

  private static String line(String id, RecordedAction action) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", id);
    if (action.outcome() != null) {
      entry.put("outcome", action.outcome());
    }
    if (action.file() != null) {
      entry.put("file", action.file());
    }
    return Json.text(entry) + "\n";
  }

  /**
   * Records that an action is about to have its effect. The record is on disk when this returns.
   *
   * @throws IOException when it cannot be written. The action must then not run: a repeat would not
   *     know of it
   */
  void recordIntent(String id) throws IOException {
    append(line(id, new RecordedAction(null, null)));
  }

  /** Records the outcome of an action. The record is on disk when this returns. */
  void recordOutcome(String id, RecordedAction action) throws IOException {
    append(line(id, action));
  }

  private synchronized void append(String line) throws IOException {
    // Otherwise a replica that rewrites the file at this moment would lose the new line.
    try (var _ = ReplicaLock.acquire(file.resolveSibling(file.getFileName() + ".lock"))) {
      byte[] bytes = ((endsWithNewline() ? "" : "\n") + line).getBytes(StandardCharsets.UTF_8);
      long size;
      try (FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.SYNC),
              OWNER_ONLY)) {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          channel.write(left);
        }
        size = channel.size();
      }
      lines++;
      if (hasGrown(size)) {
        rewrite();
      }
    }
  }

  /** A kill or a full disk may have left half a line, which must not corrupt the next one. */
  private boolean endsWithNewline() throws IOException {
    if (!Files.exists(file)) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return channel.size() == 0
          || (channel.read(last, channel.size() - 1) == 1 && last.get(0) == '\n');
    }
  }
}
