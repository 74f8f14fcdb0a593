package io.dsxconnect.connector;

import io.dsxconnect.settings.Settings;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a connector looks to people.
 *
 * @param displayName null: its name
 * @param displayIcon a data URL of an image, or an SVG that does nothing but draw; null: none
 * @param assetName what people call the asset; empty: as the repository calls it
 */
public record Appearance(
    @Nullable String displayName, @Nullable String displayIcon, String assetName) {
  private static final int LONGEST_ICON = 8192;

  /** What an icon that only draws does not hold. */
  private static final List<String> ACTIVE =
      List.of("script", "onload", "onerror", "foreignobject", "iframe", "http:", "https:", "href");

  static Appearance from(Settings s) {
    String icon =
        s.optional(
            "DSXCONNECTOR_DISPLAY_ICON",
            "shown in the dashboard: a data:image/... URL or an <svg> that only draws");
    if (icon != null && !harmless(icon)) {
      s.fault(
          "DSXCONNECTOR_DISPLAY_ICON: must be a data:image/... URL or an <svg> without scripts and"
              + " links, of at most "
              + LONGEST_ICON
              + " characters");
    }
    return new Appearance(
        s.optional("DSXCONNECTOR_DISPLAY_NAME", "its name for people; by default its name"),
        icon,
        s.text("DSXCONNECTOR_ASSET_DISPLAY_NAME", "", "the asset's name for people"));
  }

  private static boolean harmless(String icon) {
    String lower = icon.strip().toLowerCase(Locale.ROOT);
    boolean svg = lower.startsWith("<svg");
    return icon.length() <= LONGEST_ICON
        && (svg || lower.startsWith("data:image/"))
        // The name of the SVG language itself looks like a link.
        && ACTIVE.stream()
            .noneMatch(lower.replace("xmlns=\"http://www.w3.org/2000/svg\"", "")::contains);
  }

  Appearance withAssetName(String name) {
    return new Appearance(displayName, displayIcon, name);
  }
}
