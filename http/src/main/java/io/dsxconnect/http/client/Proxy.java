package io.dsxconnect.http.client;

import io.dsxconnect.settings.Secret;
import io.dsxconnect.settings.Settings;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy between a client and its peer. Immutable.
 *
 * @param setting name of the setting that holds the proxy's URL, for error messages
 * @param address where the proxy listens
 * @param user null if the proxy requires no authentication
 * @param password null if the proxy requires no authentication
 * @param direct hosts that are called without the proxy
 */
public record Proxy(
    String setting,
    Target address,
    @Nullable String user,
    @Nullable Secret password,
    NoProxy direct) {
  private static final Pattern URL = Pattern.compile("(http://)(?:([^:@/\\s]+):([^@/\\s]*)@)?(.*)");

  /**
   * Reads {@code <prefix>PROXY_URL} and {@code <prefix>NO_PROXY}; reports invalid values to {@code
   * settings}.
   *
   * @param peer the peer as the settings help names it, for example {@code the scanner}
   * @return null if no proxy is set
   */
  static @Nullable Proxy from(Settings settings, String prefix, String peer) {
    String setting = prefix + "PROXY_URL";
    Secret url =
        settings.secret(
            setting, "URL of the HTTP proxy for " + peer + ": http://[user:password@]host:port");
    NoProxy direct = noProxy(settings, prefix, setting);
    if (url == null) {
      return null;
    }
    Matcher parts = URL.matcher(url.value().strip());
    Optional<Target> address =
        parts.matches() ? Target.parse(parts.group(1) + parts.group(4)) : Optional.empty();
    if (address.isEmpty()) {
      settings.fault(setting + ": must be http://[user:password@]host:port");
      return null;
    }
    return new Proxy(
        setting,
        address.get(),
        parts.group(2) == null ? null : decoded(parts.group(2)),
        parts.group(3) == null ? null : new Secret(decoded(parts.group(3))),
        direct);
  }

  private static NoProxy noProxy(Settings settings, String prefix, String setting) {
    String hosts =
        settings.optional(
            prefix + "NO_PROXY",
            "Hosts to call without "
                + setting
                + ", separated by commas: name (includes its subdomains), address or network/bits,"
                + " each optionally with :port; * for all hosts");
    try {
      return NoProxy.parse(hosts == null ? "" : hosts);
    } catch (IllegalArgumentException e) {
      settings.fault(prefix + "NO_PROXY: " + e.getMessage());
      return NoProxy.NONE;
    }
  }

  /** Decodes percent-encoding; text with an invalid encoding is returned unchanged. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
