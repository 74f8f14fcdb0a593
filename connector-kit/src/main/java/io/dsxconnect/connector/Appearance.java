package io.dsxconnect.connector;

import io.dsxconnect.contract.ConnectorIcon;
import io.dsxconnect.settings.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The names and the icon of a connector in the user interface. Immutable.
 *
 * @param displayName the connector's display name; null shows {@link ConnectorSettings#name}
 * @param displayIcon a {@code data:image/...} URL, or an {@code <svg>} without scripts and links,
 *     of at most 8,192 characters; null for no icon
 * @param assetName the asset's display name; empty shows {@link Repository#asset}
 */
public record Appearance(
    @Nullable String displayName, @Nullable String displayIcon, String assetName) {
  static Appearance from(Settings settings) {
    String icon =
        settings.optional(
            "DSXCONNECTOR_DISPLAY_ICON",
            "Icon in the dashboard: a data:image/... URL or an <svg> without scripts and links");
    if (icon != null && !ConnectorIcon.isImage(icon)) {
      settings.fault(
          "DSXCONNECTOR_DISPLAY_ICON: must be a data:image/... URL (png, jpeg, gif, webp, svg+xml)"
              + " or an <svg> without scripts, events, styles, animations and links, of at most "
              + ConnectorIcon.MAX_CHARS
              + " characters");
    }
    return new Appearance(
        settings.optional(
            "DSXCONNECTOR_DISPLAY_NAME",
            "Display name of the connector; by default DSXCONNECTOR_NAME"),
        icon,
        settings.text("DSXCONNECTOR_ASSET_DISPLAY_NAME", "", "Display name of the asset"));
  }

  Appearance withAssetName(String name) {
    return new Appearance(displayName, displayIcon, name);
  }
}
