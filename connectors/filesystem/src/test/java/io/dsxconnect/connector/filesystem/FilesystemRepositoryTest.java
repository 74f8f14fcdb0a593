package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.connector.ActionPlan;
import io.dsxconnect.connector.LeftOut;
import io.dsxconnect.connector.Listing;
import io.dsxconnect.connector.Opened;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesystemRepositoryTest {
  @TempDir Path temp;
  Path asset;
  Path outside;
  FilesystemRepository repository;
  final AtomicInteger ids = new AtomicInteger();

  @BeforeEach
  void make() throws IOException {
    asset = Files.createDirectory(temp.resolve("asset"));
    outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    repository =
        new FilesystemRepository(
            asset,
            temp.resolve("quarantine"),
            InstantSource.fixed(Instant.EPOCH),
            () -> "id" + ids.incrementAndGet());
  }

  static ScanRequest request(String location, @Nullable String sha256) {
    return ScanRequest.of(location, "x")
        .withConnector(null, "http://c")
        .withJob("J")
        .withAction("a1", sha256);
  }

  ActionPlan move() {
    return new ActionPlan(ItemAction.MOVE, temp.resolve("quarantine").toString(), null, Map.of());
  }

  static final class RecordedListing implements Listing {
    final List<String> files = new ArrayList<>();
    final List<String> failed = new ArrayList<>();
    final List<String> leftOut = new ArrayList<>();

    @Override
    public boolean file(Item item) {
      files.add(item.location());
      return true;
    }

    @Override
    public void failed(String location, String reason) {
      failed.add(location);
    }

    @Override
    public void leftOut(LeftOut kind, String location) {
      leftOut.add(kind + " " + location.substring(location.lastIndexOf('/') + 1));
    }
  }

  RecordedListing list(String filter) throws Exception {
    RecordedListing listing = new RecordedListing();
    repository.list(Filter.parse(filter), listing);
    return listing;
  }

  byte[] read(String location) throws IOException {
    Opened opened = repository.open(request(location, null));
    assertThat(opened).isInstanceOf(Opened.Content.class);
    Opened.Content content = (Opened.Content) opened;
    try (var in = content.stream()) {
      byte[] bytes = in.readAllBytes();
      content.unchanged().check();
      assertThat(content.size()).isEqualTo(bytes.length);
      return bytes;
    }
  }

  @Test
  void any_name_survives_listing_reading_and_moving() throws Exception {
    List<Path> paths = new ArrayList<>();
    for (String name :
        List.of("new\nline", "quote\"'", "-rf", "100%25", "file:", "e\u0301", "\u202egnp")) {
      paths.add(asset.resolve(name));
    }
    paths.add(Path.of(URI.create(asset.toUri() + "bad-%FF%FE")));
    for (Path path : paths) {
      Files.writeString(path, "content of " + path.toUri());
    }
    RecordedListing listing = list("");
    assertThat(listing.files).hasSize(paths.size());
    for (String location : listing.files) {
      assertThat(read(location)).isNotEmpty();
      assertThat(repository.act(request(location, null), move()).status())
          .isEqualTo(Status.SUCCESS);
    }
    assertThat(list("").files).isEmpty();
  }

  @Test
  void only_a_name_that_is_not_utf8_travels_as_a_uri() {
    Path plain = Path.of("/data/é 100%25");
    assertThat(Location.of(plain)).isEqualTo("/data/é 100%25");
    Path raw = Path.of(URI.create("file:///data/%FF"));
    assertThat(Location.of(raw)).isEqualTo("file:///data/%FF");
    assertThat(Location.path("file:///data/%FF")).contains(raw);
  }

  @Test
  void bug_links_and_what_a_filter_left_out_were_counted_nowhere() throws Exception {
    Files.createSymbolicLink(asset.resolve("link"), outside.resolve("secret"));
    Files.createSymbolicLink(asset.resolve("folder"), outside);
    new ProcessBuilder("mkfifo", asset.resolve("pipe").toString()).start().waitFor();
    Files.writeString(asset.resolve("A.EXE"), "x");
    Files.writeString(Files.createDirectory(asset.resolve("sub")).resolve("deep"), "x");
    assertThat(list("").leftOut)
        .containsExactlyInAnyOrder("LINK link", "LINK folder", "SPECIAL pipe");
    assertThat(list("*.exe -sub").leftOut)
        .containsExactlyInAnyOrder(
            "LINK link", "LINK folder", "FILTERED pipe", "FILTERED A.EXE", "FILTERED sub");
    repository =
        new FilesystemRepository(
            new FilesystemRepository.Place(
                asset, temp.resolve("q"), null, path -> path.endsWith("A.EXE")),
            InstantSource.fixed(Instant.EPOCH),
            () -> "i");
    assertThat(list("sub").leftOut)
        .containsExactlyInAnyOrder("LINK link", "LINK folder", "FILTERED pipe", "OWN A.EXE");
  }

  @Test
  void links_are_neither_listed_nor_followed() throws Exception {
    Files.createSymbolicLink(asset.resolve("link"), outside.resolve("secret"));
    Files.createSymbolicLink(asset.resolve("folder"), outside);
    RecordedListing listing = list("");
    assertThat(listing.files).isEmpty();
    for (String location : List.of("link", "folder/secret", "../outside/secret")) {
      String path = asset + "/" + location;
      assertThat(repository.open(request(path, null))).isNotInstanceOf(Opened.Content.class);
      assertThat(
              repository
                  .act(request(path, null), new ActionPlan(ItemAction.DELETE, "", null, Map.of()))
                  .status())
          .isEqualTo(Status.ERROR);
    }
    assertThat(repository.open(request(outside + "/secret", null)))
        .isInstanceOf(Opened.Denied.class);
    assertThat(outside.resolve("secret")).exists();
  }

  @Test
  void a_fifo_is_left_out_and_counted() throws Exception {
    new ProcessBuilder("mkfifo", asset.resolve("pipe").toString()).start().waitFor();
    assertThat(list("").leftOut).containsExactly("SPECIAL pipe");
    assertThat(repository.open(request(asset + "/pipe", null))).isInstanceOf(Opened.Denied.class);
  }

  @Test
  void a_file_that_changes_while_it_is_read_does_not_pass() throws Exception {
    Path file = Files.writeString(asset.resolve("f"), "0123456789");
    Opened.Content content = (Opened.Content) repository.open(request(file.toString(), null));
    try (var in = content.stream()) {
      in.readNBytes(5);
      Files.writeString(file, "x", StandardOpenOption.APPEND);
      assertThatThrownBy(() -> content.unchanged().check()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void a_file_that_is_replaced_while_it_is_read_does_not_pass() throws Exception {
    Path file = Files.writeString(asset.resolve("f"), "0123456789");
    Opened.Content content = (Opened.Content) repository.open(request(file.toString(), null));
    try (var in = content.stream()) {
      Path other = Files.writeString(asset.resolve("g"), "0123456789");
      Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
      Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      in.readAllBytes();
      assertThatThrownBy(() -> content.unchanged().check()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void quarantined_files_never_collide_and_cannot_be_run() throws Exception {
    for (int i = 0; i < 2; i++) {
      Path file = Files.writeString(asset.resolve("run.sh"), "content");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
      ItemActionStatus status = repository.act(request(file.toString(), null), move());
      assertThat(status.message()).isEqualTo("File moved");
      assertThat(status.description()).startsWith("moved to " + temp.resolve("quarantine"));
      assertThat(file).doesNotExist();
    }
    try (var moved = Files.list(temp.resolve("quarantine"))) {
      List<Path> files = moved.filter(f -> f.toString().endsWith(".quarantined")).toList();
      assertThat(files).hasSize(2);
      for (Path file : files) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)))
            .isEqualTo("rw-------");
        assertThat(file.resolveSibling(file.getFileName() + ".json")).exists();
      }
    }
  }

  @Test
  void a_file_that_is_no_longer_the_scanned_one_is_left_alone() throws Exception {
    Path file = Files.writeString(asset.resolve("f"), "clean now");
    ItemActionStatus status = repository.act(request(file.toString(), "0".repeat(64)), move());
    assertThat(status.status()).isEqualTo(Status.ERROR);
    assertThat(status.message()).contains("changed since it was scanned");
    assertThat(status.fileChanged()).isTrue();
    assertThat(file).exists();
  }

  @Test
  void a_name_or_target_from_a_request_cannot_lead_elsewhere() throws Exception {
    Path file = Files.writeString(asset.resolve("f"), "x");
    ItemActionStatus traversal =
        repository.act(
            request(file.toString(), null),
            new ActionPlan(ItemAction.MOVE, "", "../../evil", Map.of()));
    assertThat(traversal.status()).isEqualTo(Status.ERROR);
    ItemActionStatus elsewhere =
        repository.act(
            request(file.toString(), null),
            new ActionPlan(ItemAction.MOVE, outside.toString(), null, Map.of()));
    assertThat(elsewhere.status()).isEqualTo(Status.ERROR);
    assertThat(file).exists();
  }

  @Test
  void a_missing_file_is_reported_as_missing() {
    assertThat(repository.open(request(asset + "/none", null))).isInstanceOf(Opened.Missing.class);
    assertThat(repository.act(request(asset + "/none", null), move()).message())
        .contains("does not exist");
  }

  @Test
  void a_quarantine_inside_the_asset_is_not_listed_but_a_similar_name_is() throws Exception {
    Path inside = asset.resolve("q");
    FilesystemRepository own =
        new FilesystemRepository(asset, inside, InstantSource.fixed(Instant.EPOCH), () -> "i");
    Path bad = Files.writeString(asset.resolve("bad"), "x");
    ActionPlan move = new ActionPlan(ItemAction.MOVE, "", null, Map.of());
    assertThat(own.act(request(bad.toString(), null), move).status()).isEqualTo(Status.SUCCESS);
    assertThat(inside.resolve("bad.i.quarantined")).exists();
    Files.createDirectories(asset.resolve("q-docs"));
    Files.writeString(asset.resolve("q-docs/good"), "x");
    RecordedListing listing = new RecordedListing();
    own.list(Filter.parse(""), listing);
    assertThat(listing.files).containsExactly(asset + "/q-docs/good");
  }

  @Test
  void a_tree_of_many_files_is_listed_whole() throws Exception {
    for (int d = 0; d < 20; d++) {
      Path folder = Files.createDirectory(asset.resolve("d" + d));
      for (int f = 0; f < 500; f++) {
        Files.createFile(folder.resolve("f" + f));
      }
    }
    assertThat(list("").files).hasSize(10_000).doesNotHaveDuplicates();
    assertThat(list("d1").files).hasSize(500);
  }

  @Test
  void bug_an_asset_that_is_not_mounted_any_more_was_all_clean() throws Exception {
    assertThat(MountCheck.isMountPoint(Path.of("/proc"))).isTrue();
    assertThat(MountCheck.isMountPoint(asset)).isFalse();
    Path data = Files.createDirectory(temp.resolve("data"));
    repository =
        new FilesystemRepository(
            new FilesystemRepository.Place(asset, temp.resolve("q"), data, path -> false),
            InstantSource.fixed(Instant.EPOCH),
            () -> "i");
    Path memory = data.resolve("asset-was-mounted.json");
    assertThat(list("").failed).isEmpty();
    assertThat(memory).doesNotExist();
    // The state after a listing of an asset that is a mount point.
    assertThat(new MountCheck(Path.of("/proc"), data).problem()).isEmpty();
    assertThat(memory).content().contains("/proc");
    assertThat(list("").failed).as("another asset's").isEmpty();
    Files.writeString(memory, "{\"asset\":\"" + asset + "\"}");
    assertThat(list("").failed).containsExactly(asset.toString());
    Files.delete(memory);
    assertThat(list("").failed).isEmpty();
  }
}
