package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilesystemSettingsTest {
  @TempDir Path temp;

  private FilesystemSettings settings(Map<String, String> more, String target) {
    Map<String, String> all = new HashMap<>(more);
    all.putIfAbsent("DSXCONNECTOR_ASSET_MOUNT", temp.resolve("no-mount").toString());
    all.putIfAbsent("DSXCONNECTOR_QUARANTINE_MOUNT", temp.resolve("no-mount").toString());
    Settings settings = new Settings(all);
    FilesystemSettings read = FilesystemSettings.from(settings, target);
    settings.check("DSXCONNECTOR_");
    return read;
  }

  @Test
  void without_mounts_the_folders_are_the_hosts() {
    FilesystemSettings read = settings(Map.of("DSXCONNECTOR_ASSET", "/srv/share"), "/srv/quar");
    assertThat(read.asset()).isEqualTo(Path.of("/srv/share"));
    assertThat(read.displayName()).isEmpty();
    assertThat(read.quarantine()).isEqualTo(Path.of("/srv/quar"));
  }

  @Test
  void mounts_stand_for_the_hosts_folders() throws Exception {
    Path asset = Files.createDirectory(temp.resolve("asset"));
    Path quarantine = Files.createDirectory(temp.resolve("quarantine"));
    FilesystemSettings read =
        settings(
            Map.of(
                "DSXCONNECTOR_ASSET", "C:/share",
                "DSXCONNECTOR_ASSET_MOUNT", asset.toString(),
                "DSXCONNECTOR_QUARANTINE_MOUNT", quarantine.toString(),
                "DSXCONNECTOR_SCAN_BY_PATH", "False",
                "DSXCONNECTOR_MONITOR", "true",
                "DSXCONNECTOR_MONITOR_POLL_INTERVAL_MS", "1000"),
            "C:/quar");
    assertThat(read.asset()).isEqualTo(asset);
    assertThat(read.displayName()).isEqualTo("C:/share");
    assertThat(read.quarantine()).isEqualTo(quarantine);
    assertThat(read.monitor()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/srv/share,      /srv/share/dsxconnect-quarantine, dsxconnect-quarantine",
    "/srv/./share/,   /srv/x/../share/a/b/,             a/b",
    "/,               /srv/quarantine,                  srv/quarantine",
    "./share,         share/q,                          q",
    "C:/share,        C:/share/q,                       q",
    "C:\\share,       C:\\share\\q,                      q",
    "/srv/share,      /srv/share,                       ''",
  })
  void bug_a_quarantine_in_the_asset_was_a_second_mount(String asset, String target, String inAsset)
      throws Exception {
    Path mount = Files.createDirectory(temp.resolve("asset"));
    Path second = Files.createDirectory(temp.resolve("quarantine"));
    Map<String, String> mounted =
        Map.of("DSXCONNECTOR_ASSET", asset, "DSXCONNECTOR_ASSET_MOUNT", mount.toString());
    Map<String, String> both = new HashMap<>(mounted);
    both.put("DSXCONNECTOR_QUARANTINE_MOUNT", second.toString());
    assertThat(settings(both, target).quarantine()).isEqualTo(mount.resolve(inAsset));
    assertThat(settings(mounted, target).quarantine()).isEqualTo(mount.resolve(inAsset));
  }

  @ParameterizedTest
  @CsvSource({
    "/srv/share, /srv/share-quarantine",
    "/srv/share, /srv/share/../quarantine",
    "/srv/share, dsxconnect-quarantine",
    "C:/share,   D:/share/q",
  })
  void a_quarantine_elsewhere_is_its_mount(String asset, String target) throws Exception {
    Path mount = Files.createDirectory(temp.resolve("asset"));
    Path second = Files.createDirectory(temp.resolve("quarantine"));
    Map<String, String> both =
        Map.of(
            "DSXCONNECTOR_ASSET", asset,
            "DSXCONNECTOR_ASSET_MOUNT", mount.toString(),
            "DSXCONNECTOR_QUARANTINE_MOUNT", second.toString());
    assertThat(settings(both, target).quarantine()).isEqualTo(second);
  }

  @Test
  void an_empty_target_is_the_usual_folder_in_the_asset() {
    FilesystemSettings read = settings(Map.of("DSXCONNECTOR_ASSET", "/srv/share"), " ");
    assertThat(read.quarantine()).isEqualTo(Path.of("dsxconnect-quarantine"));
  }

  @Test
  void nothing_named_is_no_asset() {
    assertThat(settings(Map.of(), "").asset()).isNull();
  }
}
