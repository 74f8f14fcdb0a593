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
 * Remembers in the data folder that the asset was a mount point: when a share is not mounted, the
 * folder below it is listed as if it were the share, and mostly is empty, which looks like "all
 * clean". In a container the asset is a mount point in any case, so there this sees nothing.
 */
final class MountCheck {
  private static final Logger log = LoggerFactory.getLogger(MountCheck.class);

  private final Path asset;
  private final Path file;

  MountCheck(Path asset, Path dataFolder) {
    this.asset = asset;
    this.file = dataFolder.resolve("asset-was-mounted.json");
  }

  /** Why a listing would not be one of the asset; empty when it is what it was. */
  Optional<String> complaint() {
    try {
      if (isMountPoint(asset)) {
        remember();
        return Optional.empty();
      }
      return wasMountPoint()
          ? Optional.of(
              "it was a mount point at an earlier listing and is none now; mount it, or delete "
                  + file
                  + " if it no longer has to be one")
          : Optional.empty();
    } catch (IOException e) {
      log.warn(
          "whether {} is mounted could not be found out: {}", Location.of(asset), TreeWalk.why(e));
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
    Path part = Files.createTempFile(file.getParent(), "asset", ".part");
    try {
      Files.write(part, Json.bytes(Json.object().put("asset", Location.of(asset))));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private boolean wasMountPoint() throws IOException {
    try {
      return Location.of(asset)
          .equals(Json.parse(Files.readAllBytes(file)).path("asset").asText(""));
    } catch (NoSuchFileException | InvalidInput e) {
      // Nothing is remembered.
      return false;
    }
  }
}
