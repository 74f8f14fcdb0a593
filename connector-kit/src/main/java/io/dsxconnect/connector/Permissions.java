package io.dsxconnect.connector;

import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.settings.Settings;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What callers may make the connector do beyond its configuration, as long as nobody authenticates
 * them. Immutable.
 *
 * @param actions item actions that a request may name, in addition to {@code nothing} and the
 *     configured one
 * @param openConfig whether callers on other machines may change the filter and the item action
 */
public record Permissions(Set<ItemAction> actions, boolean openConfig) {
  static final String ACTIONS_SETTING = "DSXCONNECTOR_ALLOWED_ACTIONS";
  static final String CONFIG_SETTING = "DSXCONNECTOR_ALLOW_OPEN_CONFIG";

  /**
   * Copies the set.
   *
   * @param actions may be empty
   * @param openConfig whether callers on other machines may change the configuration
   */
  public Permissions {
    actions = Set.copyOf(actions);
  }

  static Permissions from(Settings settings) {
    String names =
        settings.text(
            ACTIONS_SETTING,
            "",
            "Item actions that a request may name instead of the configured one, separated by"
                + " commas; 'nothing' is always allowed");
    Set<ItemAction> actions = EnumSet.noneOf(ItemAction.class);
    for (String name : names.split(",", -1)) {
      Optional<ItemAction> action = named(name);
      if (action.isPresent()) {
        actions.add(action.get());
      } else if (!name.isBlank()) {
        settings.fault(
            ACTIONS_SETTING
                + "="
                + names
                + ": must be a list of nothing, delete, move, tag and movetag");
      }
    }
    return new Permissions(
        actions,
        settings.flag(
            CONFIG_SETTING,
            false,
            "Let callers on other machines, such as the core, change filter and item action"));
  }

  /**
   * Finds an item action.
   *
   * @param name in any case; {@code move_tag} is {@code movetag}
   * @return empty if there is no such action
   */
  static Optional<ItemAction> named(String name) {
    String wire = name.strip().toLowerCase(Locale.ROOT).replace("move_tag", "movetag");
    for (ItemAction action : ItemAction.values()) {
      if (action != ItemAction.NOT_IMPLEMENTED && action.wire().equals(wire)) {
        return Optional.of(action);
      }
    }
    return Optional.empty();
  }

  /** Whether a request may name this action. */
  boolean allows(ItemAction requested, ItemAction configured) {
    return requested == ItemAction.NOTHING
        || requested == configured
        || actions.contains(requested);
  }

  /**
   * Whether a caller may change the configuration.
   *
   * @param peer the caller's address; empty if it is unknown
   */
  boolean mayConfigure(Optional<InetAddress> peer) {
    return openConfig || peer.map(InetAddress::isLoopbackAddress).orElse(false);
  }
}
