package io.dsxconnect.contract;

import org.jspecify.annotations.Nullable;

/**
 * A connector as it registers and as its scan requests carry it; immutable. Make one with {@link
 * #builder}.
 *
 * @param name also the first segment of its routes, for example {@code filesystem-connector}
 * @param displayName name for people; null: {@code name}
 * @param displayIcon data URL or SVG; null: none
 * @param uuid lower case with hyphens; null for callers that have none
 * @param metaInfo one line about the repository; null for none
 * @param url where the core calls the connector, its name included, without a trailing slash
 * @param status the state that the connector reports
 * @param itemAction what the connector does with malicious files unless a request overrides it
 * @param itemActionMoveMetainfo where {@code move} puts a file; "" if it does not move
 * @param asset what the connector serves, in its own terms
 * @param assetDisplayName name of the asset for people; null: {@code asset}
 * @param filter which files of the asset are scanned; "" for all
 * @param lastRepoCheckTs seconds since the epoch; the last three components are never sent by the
 *     connectors of this project, and null if unknown
 * @param lastRepoCheckReason what caused the last check of the repository
 * @param lastRepoCheckMessage the result of that check for a person
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
  private static final int MAX_MESSAGE_CHARS = 4 * 1024;

  /** The whole instance as JSON: it is stored once per job and per registration. */
  private static final int MAX_BYTES = 32 * 1024;

  /**
   * Starts a connector that is starting, takes no action and serves an unnamed asset.
   *
   * @param name also the first segment of its routes
   * @param url where the core calls it, its name included
   * @return a builder with these defaults
   */
  public static Builder builder(String name, String url) {
    return new Builder(name, url);
  }

  /**
   * Reads a connector from a caller. An absent name is {@code connector}, an absent URL is empty,
   * and other absent fields have the defaults of {@link #builder}. An icon that may not be harmless
   * in a page is dropped.
   *
   * @param f the fields of the connector; collects the faults, also if they exceed 32 KiB as JSON
   * @return the connector, with a default for each invalid field
   */
  public static ConnectorInstance read(Fields f) {
    ConnectorInstance read =
        new ConnectorInstance(
            f.text("name", "connector", MAX_NAME_CHARS),
            f.nullableText("display_name", MAX_NAME_CHARS),
            ConnectorIcon.harmless(f.nullableText("display_icon", ConnectorIcon.MAX_CHARS)),
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

  /** {@return the name for people: the display name, or the name when that is absent or blank} */
  public String shownName() {
    return displayName == null || displayName.isBlank() ? name : displayName;
  }

  /** {@return the same connector without its icon, which is most of its size} */
  public ConnectorInstance withoutIcon() {
    return new ConnectorInstance(
        name,
        displayName,
        null,
        uuid,
        metaInfo,
        url,
        status,
        itemAction,
        itemActionMoveMetainfo,
        asset,
        assetDisplayName,
        filter,
        lastRepoCheckTs,
        lastRepoCheckReason,
        lastRepoCheckMessage);
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

    /**
     * Sets name and icon for people.
     *
     * @param displayName null: {@code name}
     * @param displayIcon data URL or SVG; null: none
     * @return this builder
     */
    public Builder display(@Nullable String displayName, @Nullable String displayIcon) {
      this.displayName = displayName;
      this.displayIcon = displayIcon;
      return this;
    }

    /**
     * Sets the connector's identity.
     *
     * @param uuid lower case with hyphens; null for none
     * @return this builder
     */
    public Builder uuid(@Nullable String uuid) {
      this.uuid = uuid;
      return this;
    }

    /**
     * Describes the repository.
     *
     * @param metaInfo one line for people; null for none
     * @return this builder
     */
    public Builder metaInfo(@Nullable String metaInfo) {
      this.metaInfo = metaInfo;
      return this;
    }

    /**
     * Sets the state; {@link ConnectorStatus#STARTING} by default.
     *
     * @param status the state to report
     * @return this builder
     */
    public Builder status(ConnectorStatus status) {
      this.status = status;
      return this;
    }

    /**
     * Sets what the connector does with malicious files; nothing by default.
     *
     * @param itemAction the action
     * @param moveTarget where {@code move} puts them; "" if it does not move
     * @return this builder
     */
    public Builder itemAction(ItemAction itemAction, String moveTarget) {
      this.itemAction = itemAction;
      this.moveTarget = moveTarget;
      return this;
    }

    /**
     * Sets the part of the repository that the connector serves.
     *
     * @param asset in the connector's own terms
     * @param assetName for people; null: {@code asset}
     * @return this builder
     */
    public Builder asset(String asset, @Nullable String assetName) {
      this.asset = asset;
      this.assetName = assetName;
      return this;
    }

    /**
     * Limits the files that are scanned.
     *
     * @param filter in the syntax of the connector; "" for all files
     * @return this builder
     */
    public Builder filter(String filter) {
      this.filter = filter;
      return this;
    }

    /** {@return the connector, without a last repository check} */
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
