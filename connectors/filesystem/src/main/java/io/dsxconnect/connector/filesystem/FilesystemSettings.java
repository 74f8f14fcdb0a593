package io.dsxconnect.connector.filesystem;

import io.dsxconnect.settings.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which folder is looked after. In a container the settings name folders of the host, and what is
 * mounted there stands for them: {@code ASSET_MOUNT} for the asset, {@code QUARANTINE_MOUNT} for
 * the quarantine, when they exist. A quarantine in the asset is reached through the asset: by the
 * second way its files would be strangers there, and be found by each scan.
 *
 * @param asset null when none is named
 * @param displayName the host's name of an asset that is mounted; empty when it is the same
 * @param quarantine where {@code move} puts files; a relative one lies in the asset
 * @param monitor whether somebody expects changes to be noticed, which this version does not
 */
public record FilesystemSettings(
    @Nullable Path asset, String displayName, Path quarantine, boolean monitor) {
  private static final String USUAL_QUARANTINE = "dsxconnect-quarantine";

  private static final List<String> UNUSED =
      List.of("DSXCONNECTOR_SCAN_BY_PATH", "DSXCONNECTOR_QUARANTINE_HOST");

  private static final List<String> MONITOR =
      List.of("DSXCONNECTOR_MONITOR_FORCE_POLLING", "DSXCONNECTOR_MONITOR_POLL_INTERVAL_MS");

  /**
   * @param actionTarget {@code DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO}
   */
  public static FilesystemSettings from(Settings s, String actionTarget) {
    Path named =
        s.path(
            "DSXCONNECTOR_ASSET", "the folder or file that is looked after, as its host names it");
    String asset = named == null ? null : named.toString();
    Path mount =
        Path.of(
            s.text(
                "DSXCONNECTOR_ASSET_MOUNT",
                "/app/scan_folder",
                "where the asset is mounted in a container; used when it exists"));
    Path quarantineMount =
        Path.of(
            s.text(
                "DSXCONNECTOR_QUARANTINE_MOUNT",
                "/app/quarantine",
                "where a quarantine outside of the asset is mounted in a container; used when it exists"));
    UNUSED.forEach(name -> s.accepted(name, "not needed"));
    boolean monitor =
        s.flag(
            "DSXCONNECTOR_MONITOR", false, "this version does not watch for changes; it says so");
    MONITOR.forEach(name -> s.accepted(name, "this version does not watch for changes"));
    boolean mounted = Files.exists(mount);
    Path target = Path.of(actionTarget.isBlank() ? USUAL_QUARANTINE : actionTarget);
    Path quarantine = Files.exists(quarantineMount) ? quarantineMount : target;
    if (mounted && asset != null) {
      quarantine = inAsset(asset, actionTarget).map(mount::resolve).orElse(quarantine);
    }
    return new FilesystemSettings(
        mounted ? mount : named, mounted && asset != null ? asset : "", quarantine, monitor);
  }

  /** Where in the asset the quarantine lies on the host; empty when it lies elsewhere. */
  private static Optional<Path> inAsset(String asset, String quarantine) {
    Path outer = onHost(asset);
    Path inner = onHost(quarantine);
    return inner.startsWith(outer) ? Optional.of(outer.relativize(inner)) : Optional.empty();
  }

  /** The host may be a Windows machine, whose names mean nothing here but which holds which. */
  private static Path onHost(String path) {
    boolean windows = path.matches("[A-Za-z]:\\\\.*");
    return Path.of(windows ? path.replace('\\', '/') : path).normalize();
  }
}
