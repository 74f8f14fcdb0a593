package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.connector.filter.InvalidFilter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.http.Target;
import io.dsxconnect.settings.Settings;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What every connector is told by {@code DSXCONNECTOR_*}.
 *
 * @param name route root and name at registration
 * @param advertised where the core reaches it, without the name; null: where it listens
 * @param core the core's address; null: it does not register
 * @param actionTarget where {@code move} puts files
 * @param dataDir for its uuid and the actions it did
 */
public record ConnectorSettings(
    String name,
    @Nullable Target advertised,
    @Nullable Target core,
    ItemAction itemAction,
    String actionTarget,
    String filterText,
    Filter filter,
    String assetDisplayName,
    Path dataDir,
    int concurrency) {

  public static ConnectorSettings from(Settings settings, String name, Path dataDir) {
    String filterText =
        settings.text(
            "DSXCONNECTOR_FILTER", "", "which files, for example '*.docx -tmp'; empty: all");
    Filter filter;
    try {
      filter = Filter.parse(filterText);
    } catch (InvalidFilter e) {
      settings.fault("DSXCONNECTOR_FILTER: " + e.getMessage());
      filter = everything();
    }
    boolean registers =
        settings.flag(
            "DSXCONNECTOR_REGISTER_WITH_CORE", true, "whether it registers with the core");
    String action =
        settings
            .text(
                "DSXCONNECTOR_ITEM_ACTION",
                "nothing",
                "what is done with malicious files: nothing, delete, move, tag or movetag")
            .toLowerCase(Locale.ROOT)
            .replace("move_tag", "movetag");
    return new ConnectorSettings(
        settings.text("DSXCONNECTOR_NAME", name, "first part of its routes, and its name"),
        target(
            settings,
            "DSXCONNECTOR_CONNECTOR_URL",
            null,
            "where the core reaches it; by default where it listens"),
        registers
            ? target(settings, "DSXCONNECTOR_DSX_CONNECT_URL", "http://127.0.0.1:8586", "the core")
            : null,
        action(settings, action),
        settings.text(
            "DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO",
            "dsxconnect-quarantine",
            "where move puts them"),
        filterText,
        filter,
        settings.text("DSXCONNECTOR_ASSET_DISPLAY_NAME", "", "the asset's name for people"),
        Path.of(
            settings.text(
                "DSXCONNECTOR_DATA_DIR", dataDir.toString(), "keeps its uuid and what it did")),
        (int)
            settings.number(
                "DSXCONNECTOR_FULL_SCAN_ENQUEUE_CONCURRENCY",
                8,
                1,
                64,
                "batches under way to the core at once"));
  }

  private static Filter everything() {
    try {
      return Filter.parse("");
    } catch (InvalidFilter e) {
      throw new IllegalStateException("the empty filter is valid", e);
    }
  }

  private static @Nullable Target target(
      Settings settings, String name, @Nullable String unset, String about) {
    String url = unset == null ? settings.optional(name, about) : settings.text(name, unset, about);
    if (url == null) {
      return null;
    }
    Target target = Target.parse(url).orElse(null);
    if (target == null) {
      settings.fault(name + ": must be http(s)://host[:port]");
    }
    return target;
  }

  private static ItemAction action(Settings settings, String wire) {
    for (ItemAction action : ItemAction.values()) {
      if (action.wire().equals(wire)) {
        return action;
      }
    }
    settings.fault(
        "DSXCONNECTOR_ITEM_ACTION=" + wire + ": must be nothing, delete, move, tag or movetag");
    return ItemAction.NOTHING;
  }
}
