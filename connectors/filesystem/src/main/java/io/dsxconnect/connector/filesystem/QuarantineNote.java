package io.dsxconnect.connector.filesystem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The description of a quarantined file, for restoring it: original location, reason and
 * attributes. One line of JSON, whose last field is the seal of the others and of the file's name
 * in the quarantine.
 */
final class QuarantineNote {
  /** More than any written note has; longer files are not read. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_ATTRIBUTES = 100;
  private static final int MAX_ATTRIBUTE_BYTES = 64 * 1024;
  private static final Pattern SEALED =
      Pattern.compile("(?s)(\\{.*),\"seal\":\"([0-9a-f]{64})\"\\}");

  private QuarantineNote() {}

  /** Creates a note without the file's attributes; see {@link #addAttributes}. */
  static ObjectNode of(ScanRequest request, String sha256, Map<String, String> tags, Instant now) {
    ObjectNode note =
        Json.object()
            .put("location", request.location())
            .put("sha256", sha256)
            .put("job", request.scanJobId())
            .put("action_id", request.actionId())
            .put("quarantined_at", now.toString());
    if (!tags.isEmpty()) {
      ObjectNode all = note.putObject("tags");
      tags.forEach(all::put);
    }
    return note;
  }

  /** Returns the bytes of the note, with the seal for the file of this name. */
  static byte[] sealed(ObjectNode note, Path name, NoteSeal seal) {
    String text = Json.text(note);
    String open = text.substring(0, text.length() - 1);
    return (open + ",\"seal\":\"" + seal.compute(name.toString(), open) + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Parses the note; empty unless it is sealed, by this connector and for the file of this name.
   */
  static Optional<JsonNode> readSealed(byte[] bytes, Path name, NoteSeal seal) {
    Matcher parts = SEALED.matcher(new String(bytes, StandardCharsets.UTF_8));
    if (!parts.matches() || !seal.matches(name.toString(), parts.group(1), parts.group(2))) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.parseOwn(bytes));
    } catch (InvalidInput e) {
      // Sealed, but not a note of this version.
      return Optional.empty();
    }
  }

  /**
   * Adds owner, group, mode, times and the extended user attributes, base64-encoded. At most 100
   * extended attributes with 64 KiB in total are added; the number of the others is noted.
   * Attributes that the file system does not support are left out.
   */
  static void addAttributes(ObjectNode note, Path file, LinkOption... options) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(
            file, "unix:uid,gid,owner,group,mode,lastModifiedTime,lastAccessTime", options);
    note.put("uid", number(unix, "uid"))
        .put("gid", number(unix, "gid"))
        .put("owner", String.valueOf(unix.get("owner")))
        .put("group", String.valueOf(unix.get("group")))
        .put("mode", String.format("%04o", number(unix, "mode") & 07777))
        .put("modified_at", String.valueOf(unix.get("lastModifiedTime")))
        .put("accessed_at", String.valueOf(unix.get("lastAccessTime")));
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class, options);
    if (view != null) {
      addExtended(note, view);
    }
  }

  private static int number(Map<String, Object> attributes, String name) {
    return ((Number) Objects.requireNonNull(attributes.get(name))).intValue();
  }

  private static void addExtended(ObjectNode note, UserDefinedFileAttributeView view) {
    ObjectNode all = Json.object();
    int omitted = 0;
    try {
      int left = MAX_ATTRIBUTE_BYTES;
      for (String name : view.list()) {
        int size = view.size(name);
        if (all.size() == MAX_ATTRIBUTES || size > left) {
          omitted++;
          continue;
        }
        ByteBuffer value = ByteBuffer.allocate(size);
        view.read(name, value);
        left -= size;
        all.put(
            "user." + name,
            Base64.getEncoder().encodeToString(Arrays.copyOf(value.array(), value.position())));
      }
    } catch (IOException e) {
      // Not supported by every file system; recorded as unknown.
      note.put("attributes_unknown", TreeWalk.reason(e));
    }
    if (!all.isEmpty()) {
      note.set("attributes", all);
    }
    if (omitted > 0) {
      note.put("attributes_omitted", omitted);
    }
  }
}
