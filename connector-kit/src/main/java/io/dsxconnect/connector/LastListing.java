package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
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
 * Remembers, in {@code last-listing.json} of the data folder, how much the last complete listing of
 * the asset met: an asset that is not mounted looks like an empty folder, and a scan of nothing
 * must not read as "all clean". Thread-safe.
 */
final class LastListing {
  private static final Logger log = LoggerFactory.getLogger(LastListing.class);

  private final Path file;

  LastListing(Path dataDir) {
    this.file = dataDir.resolve("last-listing.json");
  }

  /**
   * Compares a listing that came to its end with the last one, and remembers it.
   *
   * @param met files and everything else that the listing met
   * @return why the asset may not be what it was; empty when nothing speaks for that
   */
  synchronized Optional<String> compare(String asset, long met) {
    long before = metBefore(asset);
    if (met == 0 && before > 0) {
      return Optional.of(
          "the asset is empty, and the last listing met "
              + before
              + " files: is it mounted? If it is meant to be empty, delete "
              + file);
    }
    if (met != before) {
      remember(asset, met);
    }
    return Optional.empty();
  }

  private long metBefore(String asset) {
    try {
      JsonNode last = Json.parse(Files.readAllBytes(file));
      return last.path("asset").asText().equals(asset) ? last.path("met").asLong(0) : 0;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException | InvalidInput e) {
      log.warn("{} cannot be read ({}): an empty asset would go unnoticed", file, e.toString());
      return 0;
    }
  }

  private void remember(String asset, long met) {
    Map<String, Object> last = new LinkedHashMap<>();
    last.put("asset", asset);
    last.put("met", met);
    try {
      Path made = Files.createTempFile(file.toAbsolutePath().getParent(), "listing", ".new");
      Files.write(made, Json.bytes(last));
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      log.warn(
          "the listing of {} cannot be remembered ({}): an empty asset would go unnoticed",
          Printable.of(asset),
          e.toString());
    }
  }
}
