package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
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
 * What the connector did, on disk before anybody learns it: a line {@code {"id"}} before an
 * action's effect, a line {@code {"id","outcome","file"}} after it. An outcome with status {@code
 * error} takes the intent back. Replicas may share the file; only its owner can read it, for it
 * names malicious files. Thread-safe.
 */
final class ActionJournal {
  private static final Logger log = LoggerFactory.getLogger(ActionJournal.class);

  /** How many actions are remembered; the oldest are forgotten first. */
  static final int REMEMBERED = 100_000;

  /** The file is written again, without what is forgotten, when it is longer. */
  private static final long MOST_BYTES = 64L << 20;

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final int remembered;
  private final long mostBytes;
  private long lines;
  private long rewriteAt;

  ActionJournal(Path file) {
    this(file, REMEMBERED, MOST_BYTES);
  }

  ActionJournal(Path file, int remembered, long mostBytes) {
    this.file = file;
    this.remembered = remembered;
    this.mostBytes = mostBytes;
    this.rewriteAt = mostBytes;
  }

  /**
   * What is known of an action.
   *
   * @param outcome null when the process ended while the action was under way
   * @param file names the place and content that it succeeded on; null when that is not known
   */
  record Known(@Nullable ItemActionStatus outcome, @Nullable String file) {}

  /**
   * The actions by id, oldest first. A journal that has grown is written again.
   *
   * @throws StartFailure when the file is there and cannot be read
   */
  synchronized Map<String, Known> read() {
    if (!Files.exists(file)) {
      return new LinkedHashMap<>();
    }
    try {
      Map<String, Known> actions = load();
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      if (hasGrown(Files.size(file))) {
        rewrite();
      }
      return actions;
    } catch (IOException e) {
      throw new StartFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private Map<String, Known> load() throws IOException {
    Map<String, Known> actions =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > remembered;
          }
        };
    lines = 0;
    long bad = 0;
    // Not Files.newBufferedReader: it gives up at bytes that are not UTF-8, which a crash can
    // leave.
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines++;
        bad += line.isBlank() || take(line, actions) ? 0 : 1;
      }
    }
    if (bad > 0) {
      log.warn("{} lines of {} are cut or damaged and were left out", bad, file);
    }
    return actions;
  }

  /** False for a line that is none: what a kill left half written, for example. */
  private static boolean take(String line, Map<String, Known> actions) {
    try {
      JsonNode entry = Json.parse(line.getBytes(StandardCharsets.UTF_8));
      String id = entry.path("id").asText();
      if (!entry.path("id").isTextual()) {
        return false;
      }
      if (!entry.has("outcome")) {
        actions.putIfAbsent(id, new Known(null, null));
        return true;
      }
      ItemActionStatus outcome = ItemActionStatus.read(entry.path("outcome"));
      actions.remove(id);
      if (outcome.status() != Status.ERROR) {
        JsonNode on = entry.path("file");
        actions.put(id, new Known(outcome, on.isTextual() ? on.asText() : null));
      }
      return true;
    } catch (InvalidInput e) {
      return false;
    }
  }

  private boolean hasGrown(long bytes) {
    return lines > 2L * remembered || bytes > rewriteAt;
  }

  /** Keeps the newest actions, in half of the bytes that are allowed. */
  private void rewrite() {
    Path made = file.resolveSibling(file.getFileName() + ".new");
    try {
      Map<String, Known> actions = load();
      long kept = 0;
      try (FileChannel channel =
              FileChannel.open(
                  made,
                  Set.of(
                      StandardOpenOption.CREATE,
                      StandardOpenOption.TRUNCATE_EXISTING,
                      StandardOpenOption.WRITE),
                  OWNER_ONLY);
          BufferedOutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel))) {
        long left = Math.max(0, bytes(actions) - mostBytes / 2);
        for (Map.Entry<String, Known> action : actions.entrySet()) {
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
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
      lines = kept;
      rewriteAt = mostBytes;
    } catch (IOException e) {
      log.warn("cannot write {} again ({}); it goes on growing", file, e.toString());
      lines = 0;
      rewriteAt += mostBytes / 2;
    }
  }

  private static long bytes(Map<String, Known> actions) {
    long sum = 0;
    for (Map.Entry<String, Known> action : actions.entrySet()) {
      sum += bytes(action).length;
    }
    return sum;
  }

  private static byte[] bytes(Map.Entry<String, Known> action) {
    return line(action.getKey(), action.getValue()).getBytes(StandardCharsets.UTF_8);
  }

  private static String line(String id, Known known) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", id);
    if (known.outcome() != null) {
      entry.put("outcome", known.outcome());
    }
    if (known.file() != null) {
      entry.put("file", known.file());
    }
    return Json.text(entry) + "\n";
  }

  /**
   * Notes, on disk when this returns, that an action is about to have its effect.
   *
   * @throws IOException when it cannot: the effect must not happen, for a repeat would not know it
   */
  void intend(String id) throws IOException {
    append(line(id, new Known(null, null)));
  }

  /** Notes what came of an action. */
  void outcome(String id, Known known) throws IOException {
    append(line(id, known));
  }

  private synchronized void append(String line) throws IOException {
    // A replica that writes the file again must not lose what this one appends meanwhile.
    try (var _ = ReplicaLock.of(file.resolveSibling(file.getFileName() + ".lock"))) {
      byte[] bytes = ((endsInALine() ? "" : "\n") + line).getBytes(StandardCharsets.UTF_8);
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

  /** A kill, or a full disk, may have left half a line, which must not spoil the next one. */
  private boolean endsInALine() throws IOException {
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
