package io.dsxconnect.connector.filesystem;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Where malicious files are put: under new names that nothing runs and nothing collides with,
 * readable by the owner only, each with a note of where it came from.
 */
final class Quarantine {
  private static final int NAME = 80;

  private final InstantSource clock;
  private final Supplier<String> ids;

  Quarantine(InstantSource clock, Supplier<String> ids) {
    this.clock = clock;
    this.ids = ids;
  }

  /** Moves a file into the folder and gives back its new path. */
  Path take(
      ContainedFile file,
      ContainedFile.Stamp stamp,
      ScanRequest request,
      Path folder,
      String wanted)
      throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    String id = ids.get().replace("-", "");
    String name = safe(wanted) + "." + id.substring(0, Math.min(12, id.length())) + ".quarantined";
    Path target = folder.resolve(name);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("the name " + name + " is taken");
    }
    note(folder, name, request);
    try {
      file.moveTo(folder, name);
    } catch (FileSystemException e) {
      if (e instanceof java.nio.file.NoSuchFileException) {
        throw e;
      }
      copyAcross(file, stamp, folder, name);
    }
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
    return target;
  }

  /** To another file system: whole and on disk under its final name before the original goes. */
  private static void copyAcross(
      ContainedFile file, ContainedFile.Stamp stamp, Path folder, String name) throws IOException {
    Path part = folder.resolve(name + ".part");
    boolean whole = false;
    try {
      try (InputStream in = file.open();
          OutputStream out =
              Files.newOutputStream(
                  part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rw-------"));
        in.transferTo(out);
      }
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      String copied;
      try (InputStream in = Files.newInputStream(part)) {
        copied = ContainedFile.sha256(in);
      }
      if (!copied.equals(file.sha256()) || !stamp.equals(file.stamp())) {
        throw new IOException("the file changed while it was moved");
      }
      Files.move(part, folder.resolve(name));
      whole = true;
      file.delete();
    } finally {
      if (!whole) {
        Files.deleteIfExists(part);
      }
    }
  }

  private void note(Path folder, String name, ScanRequest request) throws IOException {
    Map<String, Object> note = new LinkedHashMap<>();
    note.put("location", request.location());
    note.put("sha256", request.contentSha256());
    note.put("job", request.scanJobId());
    note.put("action_id", request.actionId());
    note.put("quarantined_at", clock.instant().toString());
    Files.write(
        Files.createFile(
            folder.resolve(name + ".json"),
            PosixFilePermissions.asFileAttribute(
                Set.copyOf(PosixFilePermissions.fromString("rw-------")))),
        Json.bytes(note));
  }

  /** Letters, digits and a few marks stay. */
  static String safe(String name) {
    String safe = name.replaceAll("[^\\p{L}\\p{N}._ -]", "_").replaceAll("^[.-]+", "_");
    int end = Math.min(safe.length(), NAME);
    while (safe.substring(0, end).getBytes(java.nio.charset.StandardCharsets.UTF_8).length > 200) {
      end--;
    }
    return safe.isEmpty() ? "_" : safe.substring(0, end);
  }
}
