package io.dsxconnect.connector;

import io.dsxconnect.contract.Fields;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/** A connector's uuid, the same over restarts: {@code connector_uuid.txt} in its data folder. */
public final class Identity {
  private Identity() {}

  /**
   * Reads the uuid, or makes one; of two processes that make one at once, both get the first's.
   *
   * @throws StartFailure when the folder cannot be used or the file holds something else
   */
  public static String in(Path dataDir, Supplier<String> ids) {
    Path file = dataDir.resolve("connector_uuid.txt");
    try {
      // What is in it names malicious files. A folder that is there was made by its owner.
      Files.createDirectories(
          dataDir,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (!Files.exists(file)) {
        Path made = Files.createTempFile(dataDir, "uuid", ".new");
        Files.writeString(made, ids.get());
        try {
          // A link is made whole or not at all, and never replaces what is there.
          Files.createLink(file, made);
        } catch (FileAlreadyExistsException e) {
          // The other process was first: its uuid is read below.
        } finally {
          Files.delete(made);
        }
      }
      String text = Files.readString(file).strip();
      String uuid = Fields.canonicalUuid(text);
      if (uuid == null) {
        throw new StartFailure(file + " does not hold a uuid; delete it for a new one");
      }
      return uuid;
    } catch (IOException e) {
      throw new StartFailure(
          "cannot use the data folder " + dataDir + " (" + e + "); set DSXCONNECTOR_DATA_DIR", e);
    }
  }
}
