package io.dsxconnect.connector;

import io.dsxconnect.contract.ItemAction;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done with one file, after request and configuration were weighed.
 *
 * @param target where {@code move} puts it; "" when the action needs none
 * @param filename the name it shall have there; null for one of the repository's choice
 * @param tags for {@code tag} and {@code movetag}
 */
public record ActionPlan(
    ItemAction action, String target, @Nullable String filename, Map<String, String> tags) {}
