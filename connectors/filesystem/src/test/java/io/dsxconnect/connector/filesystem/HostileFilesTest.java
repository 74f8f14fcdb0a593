package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.dsxconnect.connector.ActionPlan;
import io.dsxconnect.connector.Opened;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Status;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files with false sizes, files that change while they are read, and files that are swapped. */
@Timeout(60)
class HostileFilesTest {
  static final ActionPlan MOVE = new ActionPlan(ItemAction.MOVE, "", null, Map.of());
  static final ActionPlan DELETE = new ActionPlan(ItemAction.DELETE, "", null, Map.of());

  @TempDir Path temp;
  Path asset;

  @BeforeEach
  void make() throws IOException {
    asset = Files.createDirectory(temp.resolve("asset"));
  }

  FilesystemRepository repository(Path of) {
    return new FilesystemRepository(
        of, temp.resolve("quarantine"), InstantSource.system(), () -> UUID.randomUUID().toString());
  }

  Opened open(Path file) {
    return repository(asset).open(FilesystemRepositoryTest.request(file.toString(), null));
  }

  static void fifo(Path path) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
  }

  @Test
  void bug_a_file_that_says_its_size_is_0_was_read_as_empty() throws Exception {
    Path file = Path.of("/proc/version");
    Opened.Content content =
        (Opened.Content)
            repository(file).open(FilesystemRepositoryTest.request(file.toString(), null));
    try (InputStream in = content.stream()) {
      byte[] bytes = in.readAllBytes();
      assertThat(bytes).isEqualTo(Files.readAllBytes(file)).isNotEmpty();
      assertThat(content.size()).isEqualTo(bytes.length);
      content.unchanged().check();
    }
  }

  @Test
  void bug_a_long_file_that_says_its_size_is_0_is_not_whole() throws Exception {
    Path file = Path.of("/proc/kallsyms");
    assumeThat(file).isReadable();
    Opened.Content content =
        (Opened.Content)
            repository(file).open(FilesystemRepositoryTest.request(file.toString(), null));
    try (InputStream in = content.stream()) {
      assertThat(content.size()).isZero();
      assertThat(in.read()).as("the kit sees that it goes on").isNotNegative();
    }
  }

  @Test
  void bug_a_change_of_mode_or_links_alone_voided_what_was_read() throws Exception {
    Path file = Files.writeString(asset.resolve("f"), "content");
    Opened.Content content = (Opened.Content) open(file);
    try (InputStream in = content.stream()) {
      in.readAllBytes();
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
      Files.createLink(asset.resolve("other name"), file);
      content.unchanged().check();
    }
  }

  @Test
  void a_backdated_change_of_the_content_is_none_of_mode_or_links() throws Exception {
    Path file = Files.writeString(asset.resolve("f"), "content");
    FileTime modified = Files.getLastModifiedTime(file);
    Opened.Content content = (Opened.Content) open(file);
    try (InputStream in = content.stream()) {
      in.readAllBytes();
      Files.writeString(file, "malware", StandardOpenOption.WRITE);
      Files.setLastModifiedTime(file, modified);
      assertThatThrownBy(() -> content.unchanged().check())
          .hasMessage("the file changed while it was read");
    }
  }

  @Test
  void bug_of_sixteen_links_to_one_malicious_file_only_fifteen_were_moved() throws Exception {
    Path first = Files.write(asset.resolve("f0"), new byte[300_000]);
    for (int i = 1; i < 16; i++) {
      Files.createLink(asset.resolve("f" + i), first);
    }
    String sha256;
    try (ContainedFile file = new ContainedFile(asset, first)) {
      sha256 = file.sha256(file.stamp(), Duration.ofSeconds(10));
    }
    FilesystemRepository repository = repository(asset);
    List<Callable<ItemActionStatus>> moves = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      String location = asset.resolve("f" + i).toString();
      moves.add(() -> repository.act(FilesystemRepositoryTest.request(location, sha256), MOVE));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<ItemActionStatus> done : threads.invokeAll(moves)) {
        assertThat(done.get().message()).isEqualTo("File moved");
      }
    }
    assertThat(asset).isEmptyDirectory();
  }

  @Test
  void bug_a_fifo_that_took_the_place_of_a_file_was_waited_for() throws Exception {
    assumeThat(PathHandle.available()).isTrue();
    Path file = Files.writeString(asset.resolve("f"), "x");
    Path folder = Files.createDirectory(asset.resolve("d"));
    BasicFileAttributes regular = Files.readAttributes(file, BasicFileAttributes.class);
    BasicFileAttributes seen = Files.readAttributes(folder, BasicFileAttributes.class);
    Files.delete(file);
    Files.delete(folder);
    fifo(file);
    fifo(folder);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          assertThatThrownBy(() -> PathHandle.of(file, regular)).hasMessageContaining("replaced");
          try (var parent = ContainedFolder.root(asset)) {
            assertThatThrownBy(() -> ContainedFolder.child(parent, folder, seen))
                .hasMessageContaining("replaced");
          }
        });
  }

  @Test
  void bug_a_folder_swapped_for_a_link_led_the_listing_outside() throws Exception {
    assumeThat(PathHandle.available()).isTrue();
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Path folder = Files.createDirectory(asset.resolve("d"));
    BasicFileAttributes seen = Files.readAttributes(folder, BasicFileAttributes.class);
    Files.delete(folder);
    Files.createSymbolicLink(folder, outside);
    try (var parent = ContainedFolder.root(asset)) {
      assertThatThrownBy(() -> ContainedFolder.child(parent, folder, seen))
          .hasMessageContaining("replaced");
    }
  }

  @Test
  void bug_a_loop_of_renames_blocked_the_thread_that_opened_the_file() throws Exception {
    Path file = Files.writeString(asset.resolve("f"), "content");
    Path spare = asset.resolve("spare");
    fifo(asset.resolve("pipe"));
    Thread swapper =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  try {
                    while (!Thread.interrupted()) {
                      Files.move(file, spare);
                      Files.move(asset.resolve("pipe"), file);
                      Files.move(file, asset.resolve("pipe"));
                      Files.move(spare, file);
                    }
                  } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                  }
                });
    try {
      assertTimeoutPreemptively(
          Duration.ofSeconds(40),
          () -> {
            for (int i = 0; i < 2_000; i++) {
              if (open(file) instanceof Opened.Content content) {
                try (InputStream in = content.stream()) {
                  assertThat(in.readAllBytes()).asString().isEqualTo("content");
                }
              }
            }
          });
    } finally {
      swapper.interrupt();
      swapper.join();
    }
  }

  @Test
  void bug_what_was_put_under_a_deleted_name_at_that_moment_was_deleted_unseen() throws Exception {
    Path evil = Files.writeString(asset.resolve("evil.exe"), "malware");
    try (ContainedFile file = new ContainedFile(asset, evil)) {
      ContainedFile.Stamp stamp = file.stamp();
      Path saved = Files.writeString(asset.resolve("new"), "innocent");
      Files.move(saved, evil, StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> file.delete(stamp, "id"))
          .hasMessage("another file took its place meanwhile, and was put back");
    }
    assertThat(evil).hasContent("innocent");
    assertThat(QuarantineFixture.names(asset)).containsExactly("evil.exe");
    assertThat(
            repository(asset)
                .act(FilesystemRepositoryTest.request(evil.toString(), null), DELETE)
                .status())
        .isEqualTo(Status.SUCCESS);
    assertThat(asset).isEmptyDirectory();
  }

  @Test
  void folders_that_lie_too_deep_are_named() throws Exception {
    String name = "d".repeat(200);
    Process shell =
        new ProcessBuilder(
                "sh",
                "-c",
                "for i in $(seq 25); do mkdir "
                    + name
                    + " && cd -P "
                    + name
                    + " || exit 1; done; echo x > f")
            .directory(Files.createDirectory(asset.resolve("long")).toFile())
            .start();
    Path deep = asset.resolve("deep");
    Files.createDirectories(deep.resolve("a/".repeat(505)));
    try {
      assertThat(shell.waitFor()).isZero();
      FilesystemRepositoryTest.RecordedListing listing =
          new FilesystemRepositoryTest.RecordedListing();
      repository(asset).list(Filter.parse(""), listing);
      assertThat(listing.files).isEmpty();
      assertThat(listing.failed)
          .hasSize(2)
          .anySatisfy(f -> assertThat(f).startsWith(deep + "/a/a/").hasSizeGreaterThan(1_000))
          .anySatisfy(f -> assertThat(f).startsWith(asset + "/long/" + name));
    } finally {
      new ProcessBuilder("rm", "-rf", asset.toString()).start().waitFor();
    }
  }
}
