package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.connector.filter.InvalidFilter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.tls.ServerTls;
import io.dsxconnect.settings.Setting;
import io.dsxconnect.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code DSXCONNECTOR_*} settings that every connector has. Immutable.
 *
 * @param name the connector's name at registration, and the first part of its routes
 * @param advertised the URL under which the core reaches the connector, without the name; null for
 *     the address that it listens on
 * @param core the core's URL; null when the connector does not register, and so runs no full scans
 * @param itemAction the action on malicious files, unless a request names another one
 * @param permissions what callers may make the connector do beyond its settings
 * @param actionTarget the destination of {@code move}
 * @param filterText the text of {@code filter}; empty accepts every file
 * @param filter the files to scan
 * @param appearance names and icon for the user interface
 * @param dataDir the folder of the connector's UUID, action journal and scan journal
 * @param concurrency batches of one full scan in flight to the core at once, 1 to 64
 * @param serverTls the server's certificate and key; null serves plain HTTP
 * @param coreClient TLS and proxy options of the calls to the core
 * @param declared the settings of every connector by name, with help, default and source
 */
public record ConnectorSettings(
    String name,
    @Nullable Target advertised,
    @Nullable Target core,
    ItemAction itemAction,
    Permissions permissions,
    String actionTarget,
    String filterText,
    Filter filter,
    Appearance appearance,
    Path dataDir,
    int concurrency,
    @Nullable ServerTls serverTls,
    ClientSettings coreClient,
    Map<String, Setting> declared) {

  private static final Logger log = LoggerFactory.getLogger(ConnectorSettings.class);
  private static final List<String> NG_SETTINGS =
      List.of(
          "DSXCONNECTOR_DSX_CONNECT_NG_URL",
          "DSXCONNECTOR_NG_INTEGRATION_ID",
          "DSXCONNECTOR_INSTANCE_ID",
          "DSXCONNECTOR_NG_PLATFORM",
          "DSXCONNECTOR_NG_PLATFORM_KEY",
          "DSXCONNECTOR_NG_CONNECTOR_LABELS",
          "DSXCONNECTOR_NG_CAPABILITIES",
          "DSXCONNECTOR_NG_LEASE_SECONDS");

  private static final List<String> NOT_IMPLEMENTED_SETTINGS =
      List.of("DSXCONNECTOR_AUTH__ENABLED", "DSXCONNECTOR_REGISTER_WITH_NG_CONTROL_PLANE");

  private static final List<String> UNUSED_SETTINGS =
      List.of(
          "DSXCONNECTOR_APP_ENV",
          "DSXCONNECTOR_ENV_FILE",
          "DSXCONNECTOR_CONFIG_PERSIST_LOCAL_ONLY",
          "DSXCONNECTOR_VERSION",
          "DSXCONNECTOR_AUTH__HMAC_KEY_ID",
          "DSXCONNECTOR_AUTH__CLOCK_SKEW_SECONDS");

  /**
   * Reads the settings. Faults are collected in {@code settings}, whose {@code check} reports them;
   * a faulty setting has its default here, or none.
   *
   * @param settings the environment
   * @param name default of {@code DSXCONNECTOR_NAME}
   * @param dataDir default of {@code DSXCONNECTOR_DATA_DIR}
   * @return the settings, not to be used before {@code settings.check} passed
   */
  public static ConnectorSettings from(Settings settings, String name, Path dataDir) {
    declareUnsupported(settings);
    String filterText =
        settings.text(
            "DSXCONNECTOR_FILTER",
            "",
            "Files to scan, for example '*.docx -tmp'; case-sensitive, except in '(?i)*.docx';"
                + " empty: all");
    Filter filter;
    try {
      filter = Filter.parse(filterText);
    } catch (InvalidFilter e) {
      settings.fault("DSXCONNECTOR_FILTER: " + e.getMessage());
      filter = everything();
    }
    boolean registers =
        settings.flag("DSXCONNECTOR_REGISTER_WITH_CORE", true, "Register with the core");
    String action =
        settings
            .text(
                "DSXCONNECTOR_ITEM_ACTION",
                "nothing",
                "Action on malicious files: nothing, delete, move, tag or movetag")
            .toLowerCase(Locale.ROOT)
            .replace("move_tag", "movetag");
    ServerTls serverTls = ServerTls.from(settings, "DSXCONNECTOR_");
    ConnectorSettings read =
        new ConnectorSettings(
            settings.text(
                "DSXCONNECTOR_NAME", name, "Name of the connector, and first part of its routes"),
            advertised(settings, serverTls != null),
            registers
                ? target(
                    settings,
                    "DSXCONNECTOR_DSX_CONNECT_URL",
                    "http://127.0.0.1:8586",
                    "URL of the core")
                : null,
            action(settings, action),
            Permissions.from(settings),
            settings.text(
                "DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO",
                "dsxconnect-quarantine",
                "Destination of move and movetag"),
            filterText,
            filter,
            Appearance.from(settings),
            Path.of(
                settings.text(
                    "DSXCONNECTOR_DATA_DIR",
                    dataDir.toString(),
                    "Folder for the connector's UUID and its journals of actions and scans")),
            (int)
                settings.number(
                    "DSXCONNECTOR_FULL_SCAN_ENQUEUE_CONCURRENCY",
                    8,
                    1,
                    64,
                    "Batches of one full scan in flight to the core at once"),
            serverTls,
            ClientSettings.from(settings, "DSXCONNECTOR_", "the core"),
            Map.of());
    return read.with(settings.declared());
  }

  private ConnectorSettings with(List<Setting> settings) {
    return new ConnectorSettings(
        name,
        advertised,
        core,
        itemAction,
        permissions,
        actionTarget,
        filterText,
        filter,
        appearance,
        dataDir,
        concurrency,
        serverTls,
        coreClient,
        settings.stream().collect(Collectors.toUnmodifiableMap(Setting::name, s -> s)));
  }

  /** Declares the original's names that are ignored here, and those that must stay off. */
  private static void declareUnsupported(Settings settings) {
    for (String name : NOT_IMPLEMENTED_SETTINGS) {
      if (settings.flag(name, false, "Not implemented; only false is accepted")) {
        // A connector that was configured to be protected must not start without protection.
        settings.fault(name + ": not implemented in this version; set it to false or remove it");
      }
    }
    settings.secret("DSXCONNECTOR_AUTH__HMAC_SECRET", "Not used in this version");
    NG_SETTINGS.forEach(known -> settings.accepted(known, "The NG control plane is not supported"));
    UNUSED_SETTINGS.forEach(known -> settings.accepted(known, "Not needed"));
  }

  /**
   * Returns a copy for an asset that is mounted under another path than its host's.
   *
   * @param assetName the asset's display name, used unless {@code DSXCONNECTOR_ASSET_DISPLAY_NAME}
   *     is set; empty for none
   * @param actionTarget the destination of {@code move}, as a path of this process
   * @return the copy; this object is unchanged
   */
  public ConnectorSettings mounted(String assetName, String actionTarget) {
    return new ConnectorSettings(
        name,
        advertised,
        core,
        itemAction,
        permissions,
        actionTarget,
        filterText,
        filter,
        appearance.assetName().isEmpty() ? appearance.withAssetName(assetName) : appearance,
        dataDir,
        concurrency,
        serverTls,
        coreClient,
        declared);
  }

  private static Filter everything() {
    try {
      return Filter.parse("");
    } catch (InvalidFilter e) {
      throw new IllegalStateException("the empty filter is valid", e);
    }
  }

  /** With TLS the connector does not answer http, which an older settings file may still name. */
  private static @Nullable Target advertised(Settings settings, boolean tls) {
    Target url =
        target(
            settings,
            "DSXCONNECTOR_CONNECTOR_URL",
            null,
            "URL under which the core reaches the connector; by default the listening address");
    if (url == null || !tls || url.scheme().equals("https")) {
      return url;
    }
    Target secured = new Target("https", url.host(), url.port(), url.path());
    log.warn("DSXCONNECTOR_CONNECTOR_URL is http, but TLS is on: advertising {}", secured);
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
