package io.dsxconnect.connector;

import io.dsxconnect.contract.Uuids;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;

/**
 * The connector's UUID, which stays the same across restarts, in {@code connector_uuid.txt} of its
 * data folder.
 */
public final class Identity {
  private Identity() {}

  /**
   * Reads the UUID, or creates it together with the data folder (mode 0700). Two processes that
   * create it at the same time get the same one.
   *
   * @param dataDir the data folder
   * @param ids supplies a UUID in text form for the first start
   * @return the canonical text form, in lower case
   * @throws StartFailure when the folder cannot be read or written, or the file contains no UUID
   */
  public static String in(Path dataDir, Supplier<String> ids) {
    Path file = dataDir.resolve("connector_uuid.txt");
    try {
      // 0700, because its files name malicious files. An existing folder keeps its mode.
      Files.createDirectories(
          dataDir,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (!Files.exists(file)) {
        Path temporary = Files.createTempFile(dataDir, "uuid", ".new");
        Files.writeString(temporary, ids.get());
        try {
          // Creating a link is atomic and never replaces an existing file.
          Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
          // Another process was first; its UUID is read below.
        } finally {
          Files.delete(temporary);
        }
      }
      String text = Files.readString(file).strip();
      String uuid = Uuids.canonical(text);
      if (uuid == null) {
        throw new StartFailure(file + " does not contain a UUID; delete it to get a new one");
      }
      return uuid;
    } catch (IOException e) {
      throw new StartFailure(
          "cannot use the data folder " + dataDir + " (" + e + "); set DSXCONNECTOR_DATA_DIR", e);
    }
  }
}
