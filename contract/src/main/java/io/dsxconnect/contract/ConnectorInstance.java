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

  static final int URL = 2 * 1024;

  private static final int NAME = 256;
  private static final int ICON = 8 * 1024;
  private static final int MESSAGE = 4 * 1024;

  /** All of it: it is kept once a job and registration. */
  private static final int WHOLE = 32 * 1024;

  public static ConnectorInstance read(Fields f) {
    ConnectorInstance read =
        new ConnectorInstance(
            f.text("name", "connector", NAME),
            f.nullableText("display_name", NAME),
            f.nullableText("display_icon", ICON),
            f.nullableUuid("uuid"),
            f.nullableText("meta_info"),
            f.text("url", "", URL),
            f.oneOf("status", ConnectorStatus.class, ConnectorStatus.STARTING),
            f.oneOf("item_action", ItemAction.class, ItemAction.NOTHING),
            f.text("item_action_move_metainfo", "", Fields.LONGEST),
            f.text("asset", "", Fields.LONGEST),
            f.nullableText("asset_display_name"),
            f.text("filter", "", Fields.LONGEST),
            f.nullableNumber("last_repo_check_ts"),
            f.nullableText("last_repo_check_reason", NAME),
            f.nullableText("last_repo_check_message", MESSAGE));
    f.requireWithin(WHOLE, read);
    return read;
  }
}
