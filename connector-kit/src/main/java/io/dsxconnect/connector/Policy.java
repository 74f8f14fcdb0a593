package io.dsxconnect.connector;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.connector.filter.InvalidFilter;
import io.dsxconnect.contract.ItemAction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which files, and what is done with malicious ones: what an operator may change while the
 * connector runs, with {@code PUT config} (connector contract, section 1). A restart brings the
 * settings back.
 */
record Policy(String filterText, Filter filter, ItemAction itemAction) {
  static final List<String> KEYS = List.of("filter", "item_action");

  /** What a restart alone can change, with the setting that does. */
  private static final List<String> FIXED = List.of("asset", "item_action_move_metainfo");

  static Policy of(ConnectorSettings settings) {
    return new Policy(settings.filterText(), settings.filter(), settings.itemAction());
  }

  /** What became of a wish. */
  sealed interface Change {
    record Made(Policy policy) implements Change {}

    /** Nothing that was named can be changed. */
    record NothingKnown() implements Change {}

    record Refused(String reason) implements Change {}
  }

  /**
   * @param wanted an object; names that are not known are left alone
   */
  Change with(JsonNode wanted) {
    List<String> faults = new ArrayList<>();
    for (String name : FIXED) {
      if (!wanted.path(name).asText("").isBlank()) {
        faults.add(
            name
                + ": restart the connector with another DSXCONNECTOR_"
                + name.toUpperCase(Locale.ROOT));
      }
    }
    String text = filterText;
    Filter parsed = filter;
    JsonNode newFilter = wanted.path("filter");
    if (newFilter.isTextual()) {
      try {
        text = newFilter.asText();
        parsed = Filter.parse(text);
      } catch (InvalidFilter e) {
        faults.add("filter: " + e.getMessage());
      }
    }
    ItemAction action = itemAction;
    String wire = wire(wanted);
    if (!wire.isEmpty()) {
      action = ItemAction.NOT_IMPLEMENTED;
      for (ItemAction known : ItemAction.values()) {
        if (known.wire().equals(wire)) {
          action = known;
        }
      }
      if (action == ItemAction.NOT_IMPLEMENTED) {
        faults.add("item_action: must be nothing, delete, move, tag or movetag");
      }
    }
    if (!faults.isEmpty()) {
      return new Change.Refused(String.join("; ", faults));
    }
    return newFilter.isTextual() || !wire.isEmpty()
        ? new Change.Made(new Policy(text, parsed, action))
        : new Change.NothingKnown();
  }

  private static String wire(JsonNode wanted) {
    JsonNode action = wanted.path("item_action");
    String text =
        action.isTextual()
            ? action.asText()
            : wanted.path("requested_action").path("type").asText("");
    return text.strip().toLowerCase(Locale.ROOT).replace("move_tag", "movetag");
  }
}
