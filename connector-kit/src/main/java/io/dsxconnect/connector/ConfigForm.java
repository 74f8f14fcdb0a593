package io.dsxconnect.connector;

import io.dsxconnect.contract.ConfigField;
import io.dsxconnect.contract.ConfigSchema;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.settings.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes the options of a connector for a form: what can be changed, to which values, and why
 * not. Thread-safe.
 */
final class ConfigForm {
  private static final Map<ItemAction, String> LABELS =
      Map.of(
          ItemAction.NOTHING, "Leave the file in place",
          ItemAction.DELETE, "Delete the file",
          ItemAction.MOVE, "Move the file to the quarantine",
          ItemAction.TAG, "Tag the file",
          ItemAction.MOVE_TAG, "Tag the file and move it to the quarantine");

  /** Why a caller on another machine cannot change the policy. */
  static final String NOT_FROM_ELSEWHERE =
      "Changes from other machines are off; set "
          + Permissions.CONFIG_SETTING
          + "=true at the connector to allow them, or restart it with other settings";

  private final ConnectorSettings settings;
  private final Repository repository;

  ConfigForm(ConnectorSettings settings, Repository repository) {
    this.settings = settings;
    this.repository = repository;
  }

  /**
   * The options with the values in force. May block for the repository's obstacles.
   *
   * @param mayChange whether the caller may change the policy
   */
  ConfigSchema of(Policy policy, boolean mayChange) {
    return new ConfigSchema(
        ConfigSchema.CONNECTOR,
        List.of(
            text("asset", "Asset", "DSXCONNECTOR_ASSET", repository.asset())
                .help("The part of the repository that the connector serves")
                .value(repository.asset(), ConfigField.Source.ENVIRONMENT)
                .build(),
            filter(policy, mayChange),
            itemAction(policy, mayChange),
            text(
                    "item_action_move_metainfo",
                    "Quarantine",
                    "DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO",
                    settings.actionTarget())
                .build(),
            text(
                    "display_name",
                    "Display name",
                    "DSXCONNECTOR_DISPLAY_NAME",
                    settings.appearance().displayName())
                .build(),
            text(
                    "asset_display_name",
                    "Display name of the asset",
                    "DSXCONNECTOR_ASSET_DISPLAY_NAME",
                    settings.appearance().assetName())
                .build(),
            fixed(
                    "full_scan_enqueue_concurrency",
                    "Batches in flight",
                    ConfigField.Type.NUMBER,
                    "DSXCONNECTOR_FULL_SCAN_ENQUEUE_CONCURRENCY",
                    (long) settings.concurrency())
                .unit("batches")
                .build()));
  }

  private ConfigField.Builder text(
      String name, String label, String setting, @Nullable String value) {
    return fixed(
        name,
        label,
        ConfigField.Type.TEXT,
        setting,
        value == null || value.isEmpty() ? null : value);
  }

  private ConfigField.Builder fixed(
      String name, String label, ConfigField.Type type, String setting, @Nullable Object value) {
    return described(name, label, type, setting)
        .value(value, source(setting))
        .fixed("Takes effect at the connector's start; restart it with another " + setting);
  }

  private ConfigField.Builder described(
      String name, String label, ConfigField.Type type, String setting) {
    ConfigField.Builder field = ConfigField.builder(name, label, type).setting(setting);
    Setting declared = settings.declared().get(setting);
    if (declared != null) {
      String unset = declared.defaultValue();
      field
          .help(declared.help())
          .defaultValue(
              unset.isEmpty()
                  ? null
                  : type == ConfigField.Type.NUMBER ? (Object) Long.valueOf(unset) : unset);
    }
    return field;
  }

  private ConfigField.Source source(String setting) {
    Setting declared = settings.declared().get(setting);
    return declared == null || declared.source() == Setting.Source.DEFAULT
        ? ConfigField.Source.DEFAULT
        : ConfigField.Source.ENVIRONMENT;
  }

  private static ConfigField changeable(ConfigField.Builder field, boolean mayChange) {
    return (mayChange ? field.editable() : field.fixed(NOT_FROM_ELSEWHERE)).build();
  }

  private ConfigField filter(Policy policy, boolean mayChange) {
    String setting = "DSXCONNECTOR_FILTER";
    return changeable(
        described("filter", "Filter", ConfigField.Type.TEXT, setting)
            .defaultValue("")
            .value(
                policy.filterText(),
                policy.filterText().equals(settings.filterText())
                    ? source(setting)
                    : ConfigField.Source.SET_HERE),
        mayChange);
  }

  /** Offers the actions that can succeed, and the present one; the help has why others cannot. */
  private ConfigField itemAction(Policy policy, boolean mayChange) {
    String setting = "DSXCONNECTOR_ITEM_ACTION";
    List<ConfigField.Choice> choices = new ArrayList<>();
    List<String> help = new ArrayList<>(List.of("Action on malicious files"));
    for (ItemAction action : ItemAction.values()) {
      if (action != ItemAction.NOT_IMPLEMENTED) {
        Optional<String> obstacle = repository.obstacle(action);
        if (obstacle.isEmpty() || action == policy.itemAction()) {
          String label = LABELS.getOrDefault(action, action.wire());
          choices.add(
              new ConfigField.Choice(
                  action.wire(), obstacle.isEmpty() ? label : label + " (fails at present)"));
        }
        obstacle.ifPresent(why -> help.add(action.wire() + ": " + why));
      }
    }
    return changeable(
        described("item_action", "Item action", ConfigField.Type.CHOICE, setting)
            .help(String.join(". ", help))
            .choices(choices)
            .value(
                policy.itemAction().wire(),
                policy.itemAction() == settings.itemAction()
                    ? source(setting)
                    : ConfigField.Source.SET_HERE),
        mayChange);
  }
}
