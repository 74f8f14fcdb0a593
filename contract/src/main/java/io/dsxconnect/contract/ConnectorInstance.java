package io.dsxconnect.contract;

import org.jspecify.annotations.Nullable;

/**
 * A connector as it registers itself, and as it travels with each of its files.
 *
 * @param uuid lower case with hyphens; null for the few callers that have none
 * @param url where the core calls it, its name included, without a trailing slash
 * @param itemActionMoveMetainfo where {@code move} puts a file
 * @param filter in the language of the filters page
 */
public record ConnectorInstance(
    String name,
    @Nullable String displayName,
    @Nullable String displayIcon,
    @Nullable String uuid,
    @Nullable String metaInfo,
    String url,
    ConnectorStatus status,
    ItemAction itemAction,
    String itemActionMoveMetainfo,
    String asset,
    @Nullable String assetDisplayName,
    String filter,
    @Nullable Double lastRepoCheckTs,
    @Nullable String lastRepoCheckReason,
    @Nullable String lastRepoCheckMessage) {

  public static ConnectorInstance read(Fields f) {
    return new ConnectorInstance(
        f.text("name", "connector"),
        f.nullableText("display_name"),
        f.nullableText("display_icon"),
        f.nullableUuid("uuid"),
        f.nullableText("meta_info"),
        f.text("url", ""),
        f.oneOf("status", ConnectorStatus.class, ConnectorStatus.STARTING),
        f.oneOf("item_action", ItemAction.class, ItemAction.NOTHING),
        f.text("item_action_move_metainfo", ""),
        f.text("asset", ""),
        f.nullableText("asset_display_name"),
        f.text("filter", ""),
        f.nullableNumber("last_repo_check_ts"),
        f.nullableText("last_repo_check_reason"),
        f.nullableText("last_repo_check_message"));
  }
}
