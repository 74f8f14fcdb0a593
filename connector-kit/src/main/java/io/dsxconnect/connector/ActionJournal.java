package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Status;
import io.dsxconnect.http.StartFailure;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the connector did, on disk before it is told: a line {@code {"id"}} before an action's
 * effect, a line {@code {"id","outcome"}} after it. An outcome with status {@code error} takes the
 * intent back.
 */
final class ActionJournal {
  private static final Logger log = LoggerFactory.getLogger(ActionJournal.class);

  /** How many actions are remembered; the oldest are forgotten first. */
  static final int REMEMBERED = 100_000;

  private final Path file;
  private final int remembered;

  ActionJournal(Path file) {
    this(file, REMEMBERED);
  }

  ActionJournal(Path file, int remembered) {
    this.file = file;
    this.remembered = remembered;
  }

  /**
   * The actions by id, oldest first; those without an outcome were under way when the process
   * ended. A journal that has grown to more than twice what is remembered is written anew.
   *
   * @throws StartFailure when the file is there and cannot be read
   */
  Map<String, Optional<ItemActionStatus>> read() {
    Map<String, Optional<ItemActionStatus>> actions =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(
              Map.Entry<String, Optional<ItemActionStatus>> eldest) {
            return size() > remembered;
          }
        };
    if (!Files.exists(file)) {
      return actions;
    }
    long lines = 0;
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
    } catch (IOException e) {
      throw new StartFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
    if (bad > 0) {
      log.warn("{} lines of {} are cut or damaged and were left out", bad, file);
    }
    if (lines > 2L * remembered) {
      rewrite(actions);
    }
    return actions;
  }

  /** False for a line that is none: what a kill left half written, for example. */
  private static boolean take(String line, Map<String, Optional<ItemActionStatus>> actions) {
    try {
      JsonNode entry = Json.parse(line.getBytes(StandardCharsets.UTF_8));
      String id = entry.path("id").asText();
      if (!entry.path("id").isTextual()) {
        return false;
      }
      if (!entry.has("outcome")) {
        actions.putIfAbsent(id, Optional.empty());
        return true;
      }
      ItemActionStatus outcome = ItemActionStatus.read(entry.path("outcome"));
      actions.remove(id);
      if (outcome.status() != Status.ERROR) {
        actions.put(id, Optional.of(outcome));
      }
      return true;
    } catch (InvalidInput e) {
      return false;
    }
  }

  private void rewrite(Map<String, Optional<ItemActionStatus>> actions) {
    Path made = file.resolveSibling(file.getFileName() + ".new");
    try {
      try (BufferedWriter out = Files.newBufferedWriter(made)) {
        for (Map.Entry<String, Optional<ItemActionStatus>> action : actions.entrySet()) {
          out.write(line(action.getKey(), action.getValue()));
        }
      }
      try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      log.warn("cannot write {} anew ({}); it goes on growing", file, e.toString());
    }
  }

  private static String line(String id, Optional<ItemActionStatus> outcome) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("id", id);
    outcome.ifPresent(known -> entry.put("outcome", known));
    return Json.text(entry) + "\n";
  }

  /**
   * Notes, on disk when this returns, that an action is about to have its effect.
   *
   * @throws IOException when it cannot: the effect must not happen, for a repeat would not know it
   */
  void intend(String id) throws IOException {
    append(line(id, Optional.empty()));
  }

  /** Notes what came of an action. */
  void outcome(String id, ItemActionStatus outcome) throws IOException {
    append(line(id, Optional.of(outcome)));
  }

  private synchronized void append(String line) throws IOException {
    byte[] bytes = ((endsInALine() ? "" : "\n") + line).getBytes(StandardCharsets.UTF_8);
    Files.write(
        file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.SYNC);
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
