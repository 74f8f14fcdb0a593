package io.dsxconnect.connector;

import io.dsxconnect.settings.Settings;
import java.util.List;
import java.util.Locale;
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
  private static final int MAX_ICON_CHARS = 8192;

  /** Text that marks scripts, events or external links in an SVG. */
  private static final List<String> ACTIVE_CONTENT =
      List.of("script", "onload", "onerror", "foreignobject", "iframe", "http:", "https:", "href");

  static Appearance from(Settings settings) {
    String icon =
        settings.optional(
            "DSXCONNECTOR_DISPLAY_ICON",
            "Icon in the dashboard: a data:image/... URL or an <svg> without scripts and links");
    if (icon != null && !harmless(icon)) {
      settings.fault(
          "DSXCONNECTOR_DISPLAY_ICON: must be a data:image/... URL or an <svg> without scripts and"
              + " links, of at most "
              + MAX_ICON_CHARS
              + " characters");
    }
    return new Appearance(
        settings.optional(
            "DSXCONNECTOR_DISPLAY_NAME",
            "Display name of the connector; by default DSXCONNECTOR_NAME"),
        icon,
        settings.text("DSXCONNECTOR_ASSET_DISPLAY_NAME", "", "Display name of the asset"));
  }

  private static boolean harmless(String icon) {
    String lower = icon.strip().toLowerCase(Locale.ROOT);
    boolean svg = lower.startsWith("<svg");
    return icon.length() <= MAX_ICON_CHARS
        && (svg || lower.startsWith("data:image/"))
        // The SVG namespace itself looks like a link.
        && ACTIVE_CONTENT.stream()
            .noneMatch(lower.replace("xmlns=\"http://www.w3.org/2000/svg\"", "")::contains);
  }

  Appearance withAssetName(String name) {
    return new Appearance(displayName, displayIcon, name);
  }
}
