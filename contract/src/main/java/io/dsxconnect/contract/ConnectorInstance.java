package io.dsxconnect.contract;

import org.jspecify.annotations.Nullable;

/**
 * A connector as it registers and as its scan requests carry it; immutable. Make one with {@link
 * #builder}.
 *
 * @param displayName name for people; null: {@code name}
 * @param displayIcon data URL or SVG; null: none
 * @param uuid lower case with hyphens; null for callers that have none
 * @param metaInfo one line about the repository
 * @param url where the core calls the connector, its name included, without a trailing slash
 * @param itemActionMoveMetainfo where {@code move} puts a file
 * @param asset what the connector serves, in its own terms
 * @param assetDisplayName name of the asset for people; null: {@code asset}
 * @param filter which files of the asset are scanned; "" for all
 * @param lastRepoCheckTs seconds since the epoch; the last three components are never sent by the
 *     connectors of this project
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

  static final int MAX_URL_CHARS = 2 * 1024;

  private static final int MAX_NAME_CHARS = 256;
  private static final int MAX_ICON_CHARS = 8 * 1024;
  private static final int MAX_MESSAGE_CHARS = 4 * 1024;

  /** The whole instance as JSON: it is stored once per job and per registration. */
  private static final int MAX_BYTES = 32 * 1024;

  /**
   * A connector that is starting, takes no action and serves an unnamed asset.
   *
   * @param url where the core calls it, its name included
   */
  public static Builder builder(String name, String url) {
    return new Builder(name, url);
  }

  /** Reads a connector from a caller; {@code f} collects the faults. */
  public static ConnectorInstance read(Fields f) {
    ConnectorInstance read =
        new ConnectorInstance(
            f.text("name", "connector", MAX_NAME_CHARS),
            f.nullableText("display_name", MAX_NAME_CHARS),
            f.nullableText("display_icon", MAX_ICON_CHARS),
            f.nullableUuid("uuid"),
            f.nullableText("meta_info"),
            f.text("url", "", MAX_URL_CHARS),
            f.oneOf("status", ConnectorStatus.class, ConnectorStatus.STARTING),
            f.oneOf("item_action", ItemAction.class, ItemAction.NOTHING),
            f.text("item_action_move_metainfo", "", Fields.DEFAULT_MAX_BYTES),
            f.text("asset", "", Fields.DEFAULT_MAX_BYTES),
            f.nullableText("asset_display_name"),
            f.text("filter", "", Fields.DEFAULT_MAX_BYTES),
            f.nullableNumber("last_repo_check_ts"),
            f.nullableText("last_repo_check_reason", MAX_NAME_CHARS),
            f.nullableText("last_repo_check_message", MAX_MESSAGE_CHARS));
    f.requireWithin(MAX_BYTES, read);
    return read;
  }

  /** Collects the components of a connector. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final String url;
    private @Nullable String displayName;
    private @Nullable String displayIcon;
    private @Nullable String uuid;
    private @Nullable String metaInfo;
    private ConnectorStatus status = ConnectorStatus.STARTING;
    private ItemAction itemAction = ItemAction.NOTHING;
    private String moveTarget = "";
    private String asset = "";
    private @Nullable String assetName;
    private String filter = "";

    private Builder(String name, String url) {
      this.name = name;
      this.url = url;
    }

    /** Name and icon for people; null: none. */
    public Builder display(@Nullable String displayName, @Nullable String displayIcon) {
      this.displayName = displayName;
      this.displayIcon = displayIcon;
      return this;
    }

    public Builder uuid(@Nullable String uuid) {
      this.uuid = uuid;
      return this;
    }

    public Builder metaInfo(@Nullable String metaInfo) {
      this.metaInfo = metaInfo;
      return this;
    }

    public Builder status(ConnectorStatus status) {
      this.status = status;
      return this;
    }

    /**
     * What the connector does with malicious files.
     *
     * @param moveTarget where {@code move} puts them; "" if it does not move
     */
    public Builder itemAction(ItemAction itemAction, String moveTarget) {
      this.itemAction = itemAction;
      this.moveTarget = moveTarget;
      return this;
    }

    /**
     * @param assetName for people; null: {@code asset}
     */
    public Builder asset(String asset, @Nullable String assetName) {
      this.asset = asset;
      this.assetName = assetName;
      return this;
    }

    public Builder filter(String filter) {
      this.filter = filter;
      return this;
    }

    public ConnectorInstance build() {
      return new ConnectorInstance(
          name,
          displayName,
          displayIcon,
          uuid,
          metaInfo,
          url,
          status,
          itemAction,
          moveTarget,
          asset,
          assetName,
          filter,
          null,
          null,
          null);
    }
  }
}
