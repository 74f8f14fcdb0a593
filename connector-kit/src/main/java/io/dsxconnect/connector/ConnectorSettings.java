package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.connector.filter.InvalidFilter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What every connector is told by {@code DSXCONNECTOR_*}.
 *
 * @param name route root and name at registration
 * @param advertised where the core reaches it, without the name; null: where it listens
 * @param core the core's address; null: it does not register
 * @param actionTarget where {@code move} puts files
 * @param dataDir for its uuid and the actions it did
 * @param serverTls null: it serves plain HTTP
 * @param coreClient how the core proves who it is
 */
public record ConnectorSettings(
    String name,
    @Nullable Target advertised,
    @Nullable Target core,
    ItemAction itemAction,
    String actionTarget,
    String filterText,
    Filter filter,
    Appearance appearance,
    Path dataDir,
    int concurrency,
    @Nullable ServerTls serverTls,
    ClientSettings coreClient) {

  private static final Logger log = LoggerFactory.getLogger(ConnectorSettings.class);
  private static final List<String> NG =
      List.of(
          "DSXCONNECTOR_DSX_CONNECT_NG_URL",
          "DSXCONNECTOR_NG_INTEGRATION_ID",
          "DSXCONNECTOR_INSTANCE_ID",
          "DSXCONNECTOR_NG_PLATFORM",
          "DSXCONNECTOR_NG_PLATFORM_KEY",
          "DSXCONNECTOR_NG_CONNECTOR_LABELS",
          "DSXCONNECTOR_NG_CAPABILITIES",
          "DSXCONNECTOR_NG_LEASE_SECONDS");

  private static final List<String> NOT_BUILT =
      List.of("DSXCONNECTOR_AUTH__ENABLED", "DSXCONNECTOR_REGISTER_WITH_NG_CONTROL_PLANE");

  private static final List<String> UNUSED =
      List.of(
          "DSXCONNECTOR_APP_ENV",
          "DSXCONNECTOR_ENV_FILE",
          "DSXCONNECTOR_CONFIG_PERSIST_LOCAL_ONLY",
          "DSXCONNECTOR_VERSION",
          "DSXCONNECTOR_AUTH__HMAC_KEY_ID",
          "DSXCONNECTOR_AUTH__CLOCK_SKEW_SECONDS");

  public static ConnectorSettings from(Settings settings, String name, Path dataDir) {
    accept(settings);
    String filterText =
        settings.text(
            "DSXCONNECTOR_FILTER",
            "",
            "which files, for example '*.docx -tmp'; case matters, except in '(?i)*.docx'; empty: all");
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
    ServerTls serverTls = ServerTls.from(settings, "DSXCONNECTOR_");
    return new ConnectorSettings(
        settings.text("DSXCONNECTOR_NAME", name, "first part of its routes, and its name"),
        advertised(settings, serverTls != null),
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
        Appearance.from(settings),
        Path.of(
            settings.text(
                "DSXCONNECTOR_DATA_DIR", dataDir.toString(), "keeps its uuid and what it did")),
        (int)
            settings.number(
                "DSXCONNECTOR_FULL_SCAN_ENQUEUE_CONCURRENCY",
                8,
                1,
                64,
                "batches under way to the core at once"),
        serverTls,
        ClientSettings.from(settings, "DSXCONNECTOR_", "the core"));
  }

  /** Names of the original that change nothing here, and those that must not be asked for. */
  private static void accept(Settings settings) {
    for (String asked : NOT_BUILT) {
      if (settings.flag(asked, false, "not in this version; may only be false")) {
        // Whoever asked for a lock must not get an open door.
        settings.fault(asked + ": this version does not have it; set it to false, or unset it");
      }
    }
    settings.secret("DSXCONNECTOR_AUTH__HMAC_SECRET", "not used in this version");
    NG.forEach(known -> settings.accepted(known, "the NG control plane is not spoken"));
    UNUSED.forEach(known -> settings.accepted(known, "not needed"));
  }

  /**
   * The same for folders that this process sees under other names than people do.
   *
   * @param assetName the asset's name for people, unless a setting says another; empty: it has none
   * @param actionTarget where {@code move} puts files, as this process sees it
   */
  public ConnectorSettings mounted(String assetName, String actionTarget) {
    return new ConnectorSettings(
        name,
        advertised,
        core,
        itemAction,
        actionTarget,
        filterText,
        filter,
        appearance.assetName().isEmpty() ? appearance.withAssetName(assetName) : appearance,
        dataDir,
        concurrency,
        serverTls,
        coreClient);
  }

  private static Filter everything() {
    try {
      return Filter.parse("");
    } catch (InvalidFilter e) {
      throw new IllegalStateException("the empty filter is valid", e);
    }
  }

  /** With TLS nothing answers http there, whatever an older file of settings says. */
  private static @Nullable Target advertised(Settings settings, boolean tls) {
    Target url =
        target(
            settings,
            "DSXCONNECTOR_CONNECTOR_URL",
            null,
            "where the core reaches it; by default where it listens");
    if (url == null || !tls || url.scheme().equals("https")) {
      return url;
    }
    Target secured = new Target("https", url.host(), url.port(), url.path());
    log.warn("DSXCONNECTOR_CONNECTOR_URL says http, but TLS is on: {} is advertised", secured);
    return secured;
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
