package io.dsxconnect.connector.filesystem;

import io.dsxconnect.connector.ActionPlan;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An asset with a malicious file, and helpers that quarantine it and list the asset. */
abstract class QuarantineFixture {
  static final Path TMPFS = Path.of("/dev/shm");
  static final ActionPlan MOVE = new ActionPlan(ItemAction.MOVE, "", null, Map.of());

  @TempDir Path temp;
  Path asset;
  Path elsewhere;
  Path evil;
  final AtomicInteger ids = new AtomicInteger();

  @BeforeEach
  void make() throws IOException {
    asset = Files.createDirectory(temp.resolve("asset"));
    elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    evil = Files.writeString(asset.resolve("evil.exe"), "malware");
  }

  FilesystemRepository repository(String quarantine) {
    return new FilesystemRepository(
        new FilesystemRepository.Place(
            asset, Path.of(quarantine), temp.resolve("data"), path -> false),
        InstantSource.fixed(Instant.EPOCH),
        () -> "id" + ids.incrementAndGet());
  }

  ItemActionStatus move(String quarantine, Path file) {
    return repository(quarantine)
        .act(FilesystemRepositoryTest.request(Location.of(file), null), MOVE);
  }

  static List<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> String.valueOf(f.getFileName())).sorted().toList();
    }
  }

  static Map<String, String> note(Path file) throws Exception {
    Map<String, String> fields = new LinkedHashMap<>();
    Json.parse(Files.readAllBytes(file))
        .properties()
        .forEach(
            f ->
                fields.put(
                    f.getKey(),
                    f.getValue().isContainerNode()
                        ? f.getValue().toString()
                        : f.getValue().asText()));
    return fields;
  }

  static String sha256(String content) {
    return HexFormat.of()
        .formatHex(ContainedFile.newSha256().digest(content.getBytes(StandardCharsets.UTF_8)));
  }

  List<String> listed(String quarantine) throws Exception {
    return listed(repository(quarantine));
  }

  List<String> listed(FilesystemRepository repository) throws Exception {
    FilesystemRepositoryTest.RecordedListing listing =
        new FilesystemRepositoryTest.RecordedListing();
    repository.list(Filter.parse(""), listing);
    return listing.files.stream()
        .map(f -> f.substring(asset.toString().length() + 1))
        .sorted()
        .toList();
  }
}
