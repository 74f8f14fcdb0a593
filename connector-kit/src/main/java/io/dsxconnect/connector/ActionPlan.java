package io.dsxconnect.connector;

import io.dsxconnect.contract.ItemAction;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The item action for one file, resolved from the request and the connector's configuration.
 *
 * @param action the action to carry out; may be one that the repository does not support
 * @param target the destination of {@code move} and {@code movetag}: the requested one, unchecked,
 *     else {@code DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO}; set for other actions, too
 * @param filename the requested name at the destination, unchecked; null lets the repository choose
 * @param tags tag names and values for {@code tag} and {@code movetag}; empty for other actions
 *     unless the request has tags
 */
public record ActionPlan(
    ItemAction action, String target, @Nullable String filename, Map<String, String> tags) {}
