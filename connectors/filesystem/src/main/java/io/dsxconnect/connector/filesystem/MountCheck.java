package io.dsxconnect.connector.filesystem;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects an asset that is not mounted any more. Without its mount, the folder below is listed
 * instead, usually an empty one, which looks like "all clean". Stores in the data folder that the
 * asset was a mount point. In a container the asset always is one, so nothing is detected there.
 */
final class MountCheck {
  private static final Logger log = LoggerFactory.getLogger(MountCheck.class);

  private final Path asset;
  private final Path file;

  MountCheck(Path asset, Path dataFolder) {
    this.asset = asset;
    this.file = dataFolder.resolve("asset-was-mounted.json");
  }

  /** Returns why the asset must not be listed as it is; empty when it is mounted as before. */
  Optional<String> problem() {
    try {
      if (isMountPoint(asset)) {
        remember();
        return Optional.empty();
      }
      return wasMountPoint()
          ? Optional.of(
              "it was a mount point at an earlier listing and is not one now; mount it, or delete "
                  + file
                  + " if it no longer has to be one")
          : Optional.empty();
    } catch (IOException e) {
      log.warn(
          "cannot determine whether {} is mounted: {}", Location.of(asset), TreeWalk.reason(e));
      return Optional.empty();
    }
  }

  static boolean isMountPoint(Path folder) throws IOException {
    Path parent = folder.getParent();
    return parent != null
        && !Files.getAttribute(folder, "unix:dev").equals(Files.getAttribute(parent, "unix:dev"));
  }

  private void remember() throws IOException {
    if (wasMountPoint()) {
      return;
    }
    Path temporary = Files.createTempFile(file.getParent(), "asset", ".part");
    try {
      Files.write(temporary, Json.bytes(Json.object().put("asset", Location.of(asset))));
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private boolean wasMountPoint() throws IOException {
    try {
      return Location.of(asset)
          .equals(Json.parse(Files.readAllBytes(file)).path("asset").asText(""));
    } catch (NoSuchFileException | InvalidInput e) {
      // Nothing is stored, or not by this version.
      return false;
    }
  }
}
