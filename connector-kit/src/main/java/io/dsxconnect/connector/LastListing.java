package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects an asset that is unexpectedly empty. An asset that is not mounted looks like an empty
 * folder, and a scan of no files must not read as "all clean". The size of the last complete
 * listing is stored in {@code last-listing.json} of the data folder. Thread-safe.
 */
@ThreadSafe
final class LastListing {
  private static final Logger log = LoggerFactory.getLogger(LastListing.class);

  private final Path file;

  LastListing(Path dataDir) {
    this.file = dataDir.resolve("last-listing.json");
  }

  /**
   * Compares a complete listing with the last one, and stores its size.
   *
   * @param total files and all other entries that were listed
   * @return the error, if the asset is empty and was not before
   */
  synchronized Optional<String> checkAndRemember(String asset, long total) {
    long last = lastTotal(asset);
    if (total == 0 && last > 0) {
      return Optional.of(
          "the asset is empty, but its last listing had "
              + last
              + " entries: is it mounted? If it is meant to be empty, delete "
              + file);
    }
    if (total != last) {
      remember(asset, total);
    }
    return Optional.empty();
  }

  private long lastTotal(String asset) {
    try {
      JsonNode last = Json.parse(Files.readAllBytes(file));
      return last.path("asset").asText().equals(asset) ? last.path("met").asLong(0) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException | InvalidInput e) {
      log.warn("cannot read {} ({}): an empty asset would go unnoticed", file, e.toString());
      return 0;
    }
  }

  private void remember(String asset, long total) {
    Map<String, Object> last = new LinkedHashMap<>();
    last.put("asset", asset);
    last.put("met", total);
    try {
      Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), "listing", ".new");
      Files.write(temporary, Json.bytes(last));
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn(
          "cannot store the size of the listing of {} ({}): an empty asset would go unnoticed",
          Printable.of(asset),
          e.toString());
    }
  }
}
