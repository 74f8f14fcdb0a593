package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.Status;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which files of the quarantine are recognized and left out of scans. */
class QuarantinedFilesTest extends QuarantineFixture {
  @Test
  void bug_what_somebody_else_put_into_the_quarantine_is_listed_and_what_was_moved_there_is_not()
      throws Exception {
    Path folder = asset.resolve("q");
    assertThat(move("q", evil).status()).isEqualTo(Status.SUCCESS);
    Files.writeString(folder.resolve("planted.exe"), "x");
    Files.writeString(folder.resolve("planted.quarantined"), "x");
    Files.writeString(folder.resolve("lonely.quarantined.json"), "{}");
    Files.writeString(Files.createDirectory(folder.resolve("sub")).resolve("deep.exe"), "x");
    assertThat(listed("q"))
        .containsExactly(
            "q/lonely.quarantined.json",
            "q/planted.exe",
            "q/planted.quarantined",
            "q/sub/deep.exe");
  }

  /** A link stands for the second mount of the folder in a container. */
  @Test
  void bug_what_was_moved_into_a_quarantine_in_a_mounted_asset_was_found_by_the_next_scan()
      throws Exception {
    Path folder = Files.createDirectory(asset.resolve("q"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path second = Files.createSymbolicLink(temp.resolve("second"), folder);
    FilesystemSettings settings =
        FilesystemSettings.from(
            new Settings(
                Map.of(
                    "DSXCONNECTOR_ASSET", "/srv/share",
                    "DSXCONNECTOR_ASSET_MOUNT", asset.toString(),
                    "DSXCONNECTOR_QUARANTINE_MOUNT", second.toString())),
            "/srv/share/q");
    String quarantine = settings.quarantine().toString();
    assertThat(listed(quarantine)).containsExactly("evil.exe");
    assertThat(move(quarantine, evil).status()).isEqualTo(Status.SUCCESS);
    assertThat(names(folder)).hasSize(2);
    assertThat(listed(quarantine)).isEmpty();
  }

  @Test
  void bug_in_a_folder_that_others_can_write_to_even_what_looks_quarantined_is_listed()
      throws Exception {
    Path folder = Files.createDirectory(asset.resolve("q"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.writeString(folder.resolve("planted.exe.1.quarantined"), "x");
    Files.writeString(folder.resolve("planted.exe.1.quarantined.json"), "{}");
    assertThat(listed("q"))
        .contains("q/planted.exe.1.quarantined", "q/planted.exe.1.quarantined.json");
  }

  /** The bug: file and note were left out because the connector's user owned the folder. */
  @Test
  void bug_what_the_connectors_own_user_put_into_the_quarantine_was_never_scanned()
      throws Exception {
    Path folder = asset.resolve("q");
    assertThat(move("q", evil).status()).isEqualTo(Status.SUCCESS);
    Path moved = folder.resolve("evil.exe.id1.quarantined");
    Path note = folder.resolve("evil.exe.id1.quarantined.json");
    byte[] sealed = Files.readAllBytes(note);
    assertThat(listed("q")).isEmpty();

    Files.writeString(folder.resolve("a.quarantined"), "malware");
    Files.write(folder.resolve("a.quarantined.json"), sealed);
    Files.writeString(folder.resolve("b.quarantined"), "x");
    Files.writeString(folder.resolve("b.quarantined.json"), "{}");
    assertThat(listed("q"))
        .as("a seal is for one name")
        .containsExactly(
            "q/a.quarantined", "q/a.quarantined.json", "q/b.quarantined", "q/b.quarantined.json");
    for (Path planted : List.of(folder.resolve("a.quarantined"), folder.resolve("b.quarantined"))) {
      Files.delete(planted);
      Files.delete(Path.of(planted + ".json"));
    }

    FileTime modified = Files.getLastModifiedTime(moved);
    Files.writeString(moved, "MALWARE");
    Files.setLastModifiedTime(moved, modified);
    assertThat(listed("q")).as("other content under a sealed name").hasSize(2);
    Files.writeString(moved, "malware");
    Files.writeString(
        note, Files.readString(note).replace(asset.toString(), temp.resolve("else").toString()));
    assertThat(listed("q")).as("a note that was edited").hasSize(2);
    Files.write(note, sealed);
    assertThat(listed("q")).isEmpty();
  }

  @Test
  void a_quarantined_file_is_recognized_until_it_changes() throws Exception {
    assertThat(move("q", evil).status()).isEqualTo(Status.SUCCESS);
    Path moved = asset.resolve("q/evil.exe.id1.quarantined");
    FilesystemRepository one = repository("q");
    assertThat(listed(one)).isEmpty();
    assertThat(listed(one)).isEmpty();
    FileTime modified = Files.getLastModifiedTime(moved);
    Files.writeString(moved, "MALWARE");
    Files.setLastModifiedTime(moved, modified);
    assertThat(listed(one)).hasSize(2);
  }

  /** The bug: paths were compared as text. */
  @Test
  void bug_a_quarantine_under_a_second_path_was_scanned_again_and_again() throws Exception {
    Path folder = Files.createDirectory(asset.resolve("q"));
    Path second = Files.createSymbolicLink(temp.resolve("second"), folder);
    assertThat(move(second.toString(), evil).status()).isEqualTo(Status.SUCCESS);
    assertThat(names(folder)).hasSize(2);
    assertThat(listed(second.toString())).isEmpty();
    Path all = Files.createSymbolicLink(temp.resolve("all"), asset);
    assertThatThrownBy(() -> repository(all.toString()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("is the asset itself");
  }

  @Test
  void a_file_whose_note_has_a_lost_seal_is_moved_again_and_keeps_its_origin() throws Exception {
    assertThat(move("q", evil).status()).isEqualTo(Status.SUCCESS);
    Files.delete(temp.resolve("data/quarantine.key"));
    assertThat(listed("q")).hasSize(2);
    Path again = asset.resolve("q/evil.exe.id1.quarantined");
    assertThat(move("q", again).message()).isEqualTo("File moved");
    assertThat(listed("q")).isEmpty();
    List<String> names = names(asset.resolve("q"));
    assertThat(names).hasSize(2);
    assertThat(note(asset.resolve("q").resolve(names.getLast())).get("earlier"))
        .contains("\"location\":\"" + evil + "\"");
  }

  @Test
  void bug_owner_mode_times_and_attributes_of_a_quarantined_file_were_lost() throws Exception {
    Files.setPosixFilePermissions(evil, PosixFilePermissions.fromString("rwxr-x---"));
    boolean extended = true;
    try {
      Files.setAttribute(evil, "user:origin", ByteBuffer.wrap(new byte[] {1, 2, (byte) 0xff}));
    } catch (IOException | UnsupportedOperationException e) {
      extended = false;
    }
    Files.setLastModifiedTime(evil, FileTime.from(Instant.parse("2024-02-03T04:05:06.789Z")));
    assertThat(move("q", evil).status()).isEqualTo(Status.SUCCESS);
    Map<String, String> note = note(asset.resolve("q/evil.exe.id1.quarantined.json"));
    assertThat(note)
        .containsEntry("mode", "0750")
        .containsEntry("uid", Files.getAttribute(asset, "unix:uid").toString())
        .containsEntry("gid", Files.getAttribute(asset, "unix:gid").toString())
        .containsEntry("owner", Files.getOwner(asset).getName())
        .containsEntry("modified_at", "2024-02-03T04:05:06.789Z")
        .containsKeys("group", "accessed_at", "seal");
    assertThat(note.get("attributes")).isEqualTo(extended ? "{\"user.origin\":\"AQL/\"}" : null);
  }

  @Test
  void bug_what_a_killed_move_left_stayed_for_ever() throws Exception {
    Path folder = Files.createDirectory(asset.resolve("q"));
    NoteSeal seal = NoteSeal.load(temp.resolve("data"));
    byte[] note =
        QuarantineNote.sealed(
            QuarantineNote.of(
                FilesystemRepositoryTest.request(evil.toString(), null),
                sha256("malware"),
                Map.of(),
                Instant.EPOCH),
            Path.of("evil.1.quarantined"),
            seal);
    List<Path> left = new ArrayList<>();
    left.add(Files.write(folder.resolve("evil.1.quarantined.json"), note));
    left.add(Files.writeString(folder.resolve("evil.1.quarantined.part"), "malw"));
    left.add(Files.createFile(folder.resolve(".trial-1")));
    left.add(Files.writeString(folder.resolve("other.1.quarantined.json"), "{}"));
    left.add(Files.writeString(folder.resolve("other.1.quarantined.part"), "not ours"));
    repository("q");
    assertThat(names(folder)).as("another process may be at work").hasSize(5);
    for (Path file : left) {
      Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH.minusSeconds(7_200)));
    }
    repository("q");
    assertThat(names(folder))
        .containsExactly("other.1.quarantined.json", "other.1.quarantined.part");
    assertThat(evil).exists();
  }
}
