package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.connector.filter.InvalidFilter;
import io.dsxconnect.contract.ItemAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The filter and the item action: the options that an operator may change with {@code PUT config}
 * while the connector runs (see {@code docs/wire.md}, "Connector routes"). A restart restores the
 * settings. Immutable.
 */
record Policy(String filterText, Filter filter, ItemAction itemAction) {
  static final List<String> CHANGEABLE_KEYS = List.of("filter", "item_action");

  /** Keys whose settings take effect at a restart only. */
  private static final List<String> RESTART_ONLY_KEYS =
      List.of("asset", "item_action_move_metainfo");

  static Policy of(ConnectorSettings settings) {
    return new Policy(settings.filterText(), settings.filter(), settings.itemAction());
  }

  /** The outcome of a change request. */
  sealed interface Change {
    record Changed(Policy policy) implements Change {}

    /** The request names no changeable key. */
    record NoKnownKey() implements Change {}

    /** At least one value cannot be used, so nothing changes. */
    record Refused(List<Fault> faults) implements Change {
      /** All faults in one line. */
      String reason() {
        return faults.stream()
            .map(fault -> fault.field() + ": " + fault.message())
            .collect(Collectors.joining("; "));
      }
    }
  }

  /**
   * Why a value cannot be used.
   *
   * @param field its key
   */
  record Fault(String field, String message) {}

  /**
   * Returns the policy with the requested changes.
   *
   * @param requested a JSON object; unknown keys are ignored
   */
  Change changedBy(JsonNode requested) {
    List<Fault> faults = new ArrayList<>();
    for (String name : RESTART_ONLY_KEYS) {
      if (!requested.path(name).asText("").isBlank()) {
        faults.add(
            new Fault(
                name,
                "restart the connector with another DSXCONNECTOR_"
                    + name.toUpperCase(Locale.ROOT)));
      }
    }
    String text = filterText;
    Filter parsed = filter;
    JsonNode newFilter = requested.path("filter");
    if (newFilter.isTextual()) {
      try {
        text = newFilter.asText();
        parsed = Filter.parse(text);
      } catch (InvalidFilter e) {
        faults.add(new Fault("filter", String.valueOf(e.getMessage())));
      }
    }
    ItemAction action = itemAction;
    String wire = wire(requested);
    if (!wire.isEmpty()) {
      action = ItemAction.NOT_IMPLEMENTED;
      for (ItemAction known : ItemAction.values()) {
        if (known.wire().equals(wire)) {
          action = known;
        }
      }
      if (action == ItemAction.NOT_IMPLEMENTED) {
        faults.add(new Fault("item_action", "must be nothing, delete, move, tag or movetag"));
      }
    }
    if (!faults.isEmpty()) {
      return new Change.Refused(faults);
    }
    return newFilter.isTextual() || !wire.isEmpty()
        ? new Change.Changed(new Policy(text, parsed, action))
        : new Change.NoKnownKey();
  }

  private static String wire(JsonNode requested) {
    JsonNode action = requested.path("item_action");
    String text =
        action.isTextual()
            ? action.asText()
            : requested.path("requested_action").path("type").asText("");
    return text.strip().toLowerCase(Locale.ROOT).replace("move_tag", "movetag");
  }
}
