package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Moves into a quarantine in a folder that attackers can write to. */
class QuarantineTest extends QuarantineFixture {
  void assertRefused(ItemActionStatus status, String reason) throws IOException {
    assertThat(status.status()).isEqualTo(Status.ERROR);
    assertThat(status.message()).contains(reason);
    assertThat(evil).hasContent("malware");
    assertThat(names(elsewhere)).isEmpty();
  }

  @Test
  void bug_an_unusable_quarantine_was_reported_only_with_the_first_malicious_file()
      throws Exception {
    Path file = Files.writeString(temp.resolve("file"), "no folder");
    Path link = Files.createSymbolicLink(asset.resolve("link"), elsewhere);
    assertThat(repository(Location.of(file)).obstacle(ItemAction.MOVE))
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .contains(file.toString(), "DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO"));
    assertThat(repository("link").obstacle(ItemAction.MOVE)).isPresent();
    assertThat(link).isSymbolicLink();
    assertThat(repository("link").obstacle(ItemAction.DELETE)).isEmpty();
    assertThat(repository("link").obstacle(ItemAction.TAG))
        .hasValueSatisfying(
            why -> assertThat(why).contains("use nothing, delete, move or movetag"));
  }

  @Test
  void the_check_for_obstacles_leaves_an_empty_quarantine() throws Exception {
    assertThat(repository("q").obstacle(ItemAction.MOVE)).isEmpty();
    assertThat(names(asset.resolve("q"))).isEmpty();
    assertThat(names(elsewhere)).isEmpty();
  }

  @Test
  void a_file_is_moved_with_a_note_of_where_it_came_from() throws Exception {
    ItemActionStatus status = move("dsxconnect-quarantine", evil);
    assertThat(status.status()).isEqualTo(Status.SUCCESS);
    Path folder = asset.resolve("dsxconnect-quarantine");
    assertThat(status.description()).isEqualTo("moved to " + folder + "/evil.exe.id1.quarantined");
    assertThat(names(folder))
        .containsExactly("evil.exe.id1.quarantined", "evil.exe.id1.quarantined.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
    assertThat(note(folder.resolve("evil.exe.id1.quarantined.json")))
        .containsEntry("location", evil.toString())
        .containsEntry("sha256", sha256("malware"))
        .containsEntry("job", "J")
        .containsEntry("action_id", "a1")
        .containsEntry("quarantined_at", "1970-01-01T00:00:00Z");
  }

  /** The bug: the file was moved to where the link led. */
  @Test
  void a_quarantine_that_is_a_link_is_refused() throws Exception {
    Files.createSymbolicLink(asset.resolve("dsxconnect-quarantine"), elsewhere);
    assertRefused(move("dsxconnect-quarantine", evil), "symbolic link");
  }

  @Test
  void a_quarantine_behind_a_link_is_refused() throws Exception {
    Files.createSymbolicLink(asset.resolve("a"), elsewhere);
    assertRefused(move("a/b/quarantine", evil), "symbolic link");
  }

  @Test
  void a_dangling_link_is_not_made_a_folder() throws Exception {
    Files.createSymbolicLink(asset.resolve("q"), elsewhere.resolve("made"));
    assertRefused(move("q", evil), "symbolic link");
  }

  @Test
  void bug_a_file_in_the_place_of_the_quarantine_was_reported_by_the_name_of_an_exception()
      throws Exception {
    Files.writeString(asset.resolve("q"), "a file");
    assertRefused(move("q", evil), "cannot be used: is not a directory");
  }

  @Test
  void a_fifo_in_the_place_of_the_quarantine_is_refused() throws Exception {
    new ProcessBuilder("mkfifo", asset.resolve("pipe").toString()).start().waitFor();
    assertRefused(move("pipe", evil), "cannot be used");
  }

  @Test
  void a_name_or_note_that_is_taken_by_a_link_is_not_followed() throws Exception {
    Path folder = Files.createDirectory(asset.resolve("q"));
    Path victim = Files.writeString(temp.resolve("victim"), "precious");
    Files.createSymbolicLink(folder.resolve("evil.exe.id1.quarantined.json"), victim);
    assertRefused(move("q", evil), "is taken");
    Files.createSymbolicLink(folder.resolve("evil.exe.id2.quarantined"), victim);
    assertRefused(move("q", evil), "is taken");
    assertThat(victim).hasContent("precious");
    assertThat(names(folder))
        .containsExactly("evil.exe.id1.quarantined.json", "evil.exe.id2.quarantined");
    assertThat(move("q", evil).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void a_quarantine_of_the_operator_outside_the_asset_may_be_a_link() throws Exception {
    Path link = Files.createSymbolicLink(temp.resolve("mount"), elsewhere);
    assertThat(move(link.toString(), evil).status()).isEqualTo(Status.SUCCESS);
    assertThat(names(elsewhere)).hasSize(2);
  }

  @Test
  void the_asset_cannot_be_its_own_quarantine() {
    assertThatThrownBy(() -> repository("."))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("is the asset itself");
  }

  Quarantine.Moved take(ContainedFile file, ContainedFile.Stamp stamp, Path folder)
      throws IOException {
    Quarantine quarantine =
        new Quarantine(
            asset.toRealPath(),
            folder,
            NoteSeal.forThisProcess(),
            InstantSource.fixed(Instant.EPOCH),
            () -> "id");
    ScanRequest request = FilesystemRepositoryTest.request(Location.of(evil), null);
    return quarantine.moveIn(
        new Quarantine.Checked(file, stamp, sha256("malware")), request, "evil", Map.of());
  }

  @Test
  void bug_an_innocent_file_that_took_the_place_of_the_checked_one_stayed_in_quarantine()
      throws Exception {
    Path folder = asset.resolve("q");
    try (ContainedFile file = new ContainedFile(asset, evil)) {
      ContainedFile.Stamp stamp = file.stamp();
      Path other = Files.writeString(asset.resolve("other"), "innocent");
      Files.move(other, evil, StandardCopyOption.REPLACE_EXISTING);
      assertThatThrownBy(() -> take(file, stamp, folder))
          .hasMessageContaining("another file took its place");
      // The same when the file is replaced after the check.
      try (ContainedFolder target = ContainedFolder.open(asset, folder)) {
        assertThatThrownBy(() -> file.moveTo(stamp, target, Path.of("taken")))
            .hasMessage("another file took its place meanwhile, and was put back");
      }
    }
    assertThat(evil).hasContent("innocent");
    assertThat(names(folder)).isEmpty();
  }

  /** The bug: the note is written before the move, and stayed when it failed. */
  @Test
  void a_move_that_fails_leaves_no_note() throws Exception {
    Path folder = asset.resolve("q");
    try (ContainedFile file = new ContainedFile(asset, evil)) {
      ContainedFile.Stamp stamp = file.stamp();
      Files.delete(evil);
      assertThatThrownBy(() -> take(file, stamp, folder)).isInstanceOf(IOException.class);
    }
    assertThat(names(folder)).isEmpty();
  }

  @Test
  void a_link_that_took_the_place_of_the_checked_file_is_not_followed() throws Exception {
    Path victim = Files.writeString(temp.resolve("victim"), "precious");
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-r--r--"));
    try (ContainedFile file = new ContainedFile(asset, evil)) {
      ContainedFile.Stamp stamp = file.stamp();
      Files.delete(evil);
      Files.createSymbolicLink(evil, victim);
      assertThatThrownBy(() -> take(file, stamp, asset.resolve("q")))
          .hasMessageContaining("another file took its place");
      try (ContainedFolder target = ContainedFolder.open(asset, asset.resolve("q"))) {
        assertThatThrownBy(() -> file.moveTo(stamp, target, Path.of("taken")))
            .hasMessageContaining("another file took its place");
      }
    }
    assertThat(evil).isSymbolicLink();
    assertThat(victim).hasContent("precious");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(victim)))
        .isEqualTo("rw-r--r--");
  }

  /** The bug: a name cut within a surrogate pair is not a valid file name. */
  @Test
  void a_long_name_is_cut_between_characters() throws Exception {
    Path odd = Files.writeString(asset.resolve("a" + "\uD835\uDC9C".repeat(60)), "malware");
    ItemActionStatus status = move("q", odd);
    assertThat(status.message()).isEqualTo("File moved");
    assertThat(names(asset.resolve("q"))).hasSize(2);
  }

  @Test
  void a_file_goes_to_another_file_system_whole_or_stays() throws Exception {
    assumeThat(Files.isDirectory(TMPFS)).as("/dev/shm is there").isTrue();
    assumeThat(Files.getFileStore(TMPFS)).isNotEqualTo(Files.getFileStore(asset));
    Path folder = Files.createTempDirectory(TMPFS, "quarantine");
    try {
      byte[] content = new byte[3_000_000];
      new java.util.Random(7).nextBytes(content);
      Files.write(evil, content);
      ItemActionStatus status = move(folder.toString(), evil);
      assertThat(status.message()).isEqualTo("File moved");
      assertThat(evil).doesNotExist();
      Path moved = folder.resolve("evil.exe.id1.quarantined");
      assertThat(moved).hasBinaryContent(content);
      assertThat(names(folder)).hasSize(2);
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(moved, LinkOption.NOFOLLOW_LINKS)))
          .isEqualTo("rw-------");

      Files.write(evil, content);
      try (ContainedFile file = new ContainedFile(asset, evil)) {
        ContainedFile.Stamp stamp = file.stamp();
        Files.writeString(evil, "changed");
        assertThatThrownBy(() -> take(file, stamp, folder))
            .hasMessage("the file changed while it was moved");
      }
      assertThat(evil).hasContent("changed");
      assertThat(names(folder)).hasSize(2);
    } finally {
      try (var files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
  }

  /** The bug: a version saved while the copy was forced to disk was deleted unchecked. */
  @Test
  void bug_a_new_version_saved_while_a_file_goes_to_another_file_system_was_deleted()
      throws Exception {
    assumeThat(Files.isDirectory(TMPFS)).as("/dev/shm is there").isTrue();
    assumeThat(Files.getFileStore(TMPFS)).isNotEqualTo(Files.getFileStore(asset));
    Path folder = Files.createTempDirectory(TMPFS, "quarantine");
    try (ContainedFile file = new ContainedFile(asset, evil)) {
      ContainedFile.Stamp stamp = file.stamp();
      Quarantine quarantine =
          new Quarantine(
              asset.toRealPath(),
              folder,
              NoteSeal.forThisProcess(),
              InstantSource.fixed(Instant.EPOCH),
              new Supplier<>() {
                private int requests;

                @Override
                public String get() {
                  if (++requests == 2) {
                    // The second id is requested to delete the original, after the copy.
                    save("precious");
                  }
                  return "id" + requests;
                }
              });
      assertThatThrownBy(
              () ->
                  quarantine.moveIn(
                      new Quarantine.Checked(file, stamp, sha256("malware")),
                      FilesystemRepositoryTest.request(Location.of(evil), null),
                      "evil",
                      Map.of()))
          .hasMessage("another file took its place meanwhile, and was put back");
      assertThat(evil).hasContent("precious");
      assertThat(names(folder)).isEmpty();
      assertThat(names(asset)).containsExactly("evil.exe");
    } finally {
      Files.delete(folder);
    }
  }

  void save(String content) {
    try {
      Files.writeString(evil, content);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
