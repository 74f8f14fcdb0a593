package io.dsxconnect.connector.filesystem;

import io.dsxconnect.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The folders of the filesystem connector. In a container the settings name folders of the host,
 * and the mounts are used instead of them when they exist: {@code DSXCONNECTOR_ASSET_MOUNT} for the
 * asset, {@code DSXCONNECTOR_QUARANTINE_MOUNT} for the quarantine. A quarantine within the asset is
 * always used through the asset's mount: through a second mount, its files would not be recognized
 * as quarantined, and each scan would find them. Immutable.
 *
 * @param asset the folder or file to scan; null when none is named
 * @param displayName the host's path of a mounted asset; empty when it is not mounted
 * @param quarantine the destination of {@code move}; a relative path is within the asset
 * @param monitor whether change monitoring is configured, which this version does not support
 */
public record FilesystemSettings(
    @Nullable Path asset, String displayName, Path quarantine, boolean monitor) {
  private static final String DEFAULT_QUARANTINE = "dsxconnect-quarantine";

  private static final List<String> UNUSED_SETTINGS =
      List.of("DSXCONNECTOR_SCAN_BY_PATH", "DSXCONNECTOR_QUARANTINE_HOST");

  private static final List<String> MONITOR_SETTINGS =
      List.of("DSXCONNECTOR_MONITOR_FORCE_POLLING", "DSXCONNECTOR_MONITOR_POLL_INTERVAL_MS");

  /**
   * Reads the settings. Faults are collected in {@code settings}, whose {@code check} reports them.
   *
   * @param settings the environment
   * @param actionTarget the value of {@code DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO}; blank for the
   *     default, {@code dsxconnect-quarantine} in the asset
   * @return the folders; which mounts exist is checked once, here
   */
  public static FilesystemSettings from(Settings settings, String actionTarget) {
    Path named =
        settings.path(
            "DSXCONNECTOR_ASSET", "Folder or file to scan; in a container, its path on the host");
    String asset = named == null ? null : named.toString();
    Path mount =
        Path.of(
            settings.text(
                "DSXCONNECTOR_ASSET_MOUNT",
                "/app/scan_folder",
                "Mount of the asset in a container; used when it exists"));
    Path quarantineMount =
        Path.of(
            settings.text(
                "DSXCONNECTOR_QUARANTINE_MOUNT",
                "/app/quarantine",
                "Mount of a quarantine outside the asset in a container; used when it exists"));
    UNUSED_SETTINGS.forEach(name -> settings.accepted(name, "Not needed"));
    boolean monitor =
        settings.flag(
            "DSXCONNECTOR_MONITOR",
            false,
            "Accepted with a warning: this version does not monitor changes");
    MONITOR_SETTINGS.forEach(
        name -> settings.accepted(name, "This version does not monitor changes"));
    boolean mounted = Files.exists(mount);
    Path target = Path.of(actionTarget.isBlank() ? DEFAULT_QUARANTINE : actionTarget);
    Path quarantine = Files.exists(quarantineMount) ? quarantineMount : target;
    if (mounted && asset != null) {
      quarantine = inAsset(asset, actionTarget).map(mount::resolve).orElse(quarantine);
    }
    return new FilesystemSettings(
        mounted ? mount : named, mounted && asset != null ? asset : "", quarantine, monitor);
  }

  /** The quarantine's path relative to the asset, on the host; empty when it is outside. */
  private static Optional<Path> inAsset(String asset, String quarantine) {
    Path outer = onHost(asset);
    Path inner = onHost(quarantine);
    return inner.startsWith(outer) ? Optional.of(outer.relativize(inner)) : Optional.empty();
  }

  /** Accepts Windows paths of the host, too, to find out which folder contains the other. */
  private static Path onHost(String path) {
    boolean windows = path.matches("[A-Za-z]:\\\\.*");
    return Path.of(windows ? path.replace('\\', '/') : path).normalize();
  }
}
