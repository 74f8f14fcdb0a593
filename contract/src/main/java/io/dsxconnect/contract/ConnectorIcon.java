package io.dsxconnect.contract;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks the icon that a connector has for itself. Everybody who shows it may put it into a page,
 * so it must not contain a script, an event handler or a link.
 */
public final class ConnectorIcon {
  /** The maximum length. */
  public static final int MAX_CHARS = 8 * 1024;

  private static final Pattern IMAGE =
      Pattern.compile("(?i)data:image/(png|jpeg|gif|webp|svg\\+xml)[;,][!-~\\s]*");

  private static final Pattern SVG = Pattern.compile("(?is)<svg[\\s>/].*");

  private static final Pattern ACTIVE =
      Pattern.compile(
          "(?i)script|foreignobject|iframe|https?:|href|\\bon[a-z]+\\s*="
              + "|<\\s*(animate\\w*|set|style|image|use|a|discard)\\b");

  /** The SVG namespace itself looks like a link. */
  private static final Pattern NAMESPACE =
      Pattern.compile("(?i)xmlns\\s*=\\s*[\"']http://www\\.w3\\.org/2000/svg[\"']");

  /** A short text such as an emoji. */
  private static final Pattern TEXT = Pattern.compile("[^<>&:\"'\\p{Cntrl}]{1,16}");

  private ConnectorIcon() {}

  /**
   * Whether this is an image: a {@code data:} URL of a PNG, JPEG, GIF, WebP or SVG, which is safe
   * in an {@code <img>} only, or an {@code <svg>} without active content.
   *
   * @param icon any text
   * @return false for anything else, and above {@link #MAX_CHARS}
   */
  public static boolean isImage(String icon) {
    String text = icon.strip();
    if (text.length() > MAX_CHARS) {
      return false;
    }
    boolean isUrl = IMAGE.matcher(text).matches();
    if (isUrl && text.indexOf('<') < 0 && text.indexOf('"') < 0) {
      return true;
    }
    return (isUrl || SVG.matcher(text).matches())
        && !ACTIVE.matcher(NAMESPACE.matcher(text).replaceAll("")).find();
  }

  /**
   * Drops an icon that is neither an image nor a short text.
   *
   * @param icon null for none
   * @return null if there is none that is harmless
   */
  static @Nullable String harmless(@Nullable String icon) {
    return icon != null && (isImage(icon) || TEXT.matcher(icon).matches()) ? icon : null;
  }
}
