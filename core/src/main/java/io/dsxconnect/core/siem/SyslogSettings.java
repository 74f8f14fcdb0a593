package io.dsxconnect.core.siem;

import io.dsxconnect.http.tls.ClientTls;
import io.dsxconnect.http.tls.KeyFiles;
import io.dsxconnect.http.tls.SettingNames;
import io.dsxconnect.settings.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the output to the SIEM. Immutable.
 *
 * @param host name or address of the collector, IPv6 without brackets
 * @param tls certificates, for transport TLS
 * @param required whether to warn of a collector that never answered
 */
public record SyslogSettings(
    String host,
    int port,
    Transport transport,
    Format format,
    Framing framing,
    boolean required,
    ClientTls tls) {
  private static final Pattern SERVER =
      Pattern.compile("(?:[a-z]+://)?(\\[[0-9a-fA-F:.]+]|[\\w.-]+)(?::(\\d{1,5}))?/?");

  /** An IPv6 address without brackets, and therefore without a port: it has two colons or more. */
  private static final Pattern BARE_IPV6 =
      Pattern.compile("(?:[a-z]+://)?([0-9a-fA-F]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*)/?");

  /** The transport protocol. */
  public enum Transport {
    UDP,
    TCP,
    TLS
  }

  /** The header of an event. */
  public enum Format {
    /** An RFC 5424 header; over TCP and TLS framed by {@link Framing}. */
    RFC5424,
    /** The bytes of the original: a priority, no other header, and a NUL at the end. */
    ORIGINAL
  }

  /** How a receiver of a byte stream finds the end of an event, see RFC 6587, section 3.4. */
  public enum Framing {
    OCTET_COUNTING,
    LINE_FEED
  }

  /**
   * Reads the settings; null when no collector is named, so no events are sent. Malformed values
   * are reported to {@code s} as faults.
   */
  public static @Nullable SyslogSettings from(Settings s) {
    String server =
        s.optional(
            "DSXCONNECT_SYSLOG__SYSLOG_SERVER_URL",
            "Host of the collector that receives every verdict, for example rsyslog. Without it no"
                + " events are sent");
    long port =
        s.number("DSXCONNECT_SYSLOG__SYSLOG_SERVER_PORT", 514, 1, 65_535, "Port of the collector");
    String transport =
        s.oneOf(
            "DSXCONNECT_SYSLOG__TRANSPORT",
            "tcp",
            List.of("tcp", "udp", "tls"),
            "Transport of events");
    String format =
        s.oneOf(
            "DSXCONNECT_SYSLOG__FORMAT",
            "rfc5424",
            List.of("rfc5424", "original"),
            "Format of events; original: the bytes of the Python product");
    String framing =
        s.oneOf(
            "DSXCONNECT_SYSLOG__FRAMING",
            "octet-counting",
            List.of("octet-counting", "line-feed"),
            "How a receiver over tcp or tls finds the end of an event (RFC 6587). line-feed is for"
                + " receivers that do not read octet counts, such as Fluent Bit and Logstash");
    boolean required =
        s.flag("DSXCONNECT_SYSLOG__REQUIRED", false, "Warn of a collector that never answered");
    ClientTls tls = tls(s);
    if (server == null) {
      return null;
    }
    Matcher bare = BARE_IPV6.matcher(server.strip());
    Matcher parts = SERVER.matcher(bare.matches() ? "[" + bare.group(1) + "]" : server.strip());
    if (!parts.matches()) {
      s.fault(
          "DSXCONNECT_SYSLOG__SYSLOG_SERVER_URL: must be a host name or address, for example"
              + " rsyslog");
      return null;
    }
    if (!tls.verify() && transport.equals("tls")) {
      ClientTls.warn("DSXCONNECT_SYSLOG__TLS_INSECURE is true", "the syslog collector");
    }
    String named = parts.group(2);
    return new SyslogSettings(
        parts.group(1).replaceAll("[\\[\\]]", ""),
        named == null ? (int) port : Integer.parseInt(named),
        Transport.valueOf(transport.toUpperCase(Locale.ROOT)),
        Format.valueOf(format.toUpperCase(Locale.ROOT)),
        framing.equals("line-feed") ? Framing.LINE_FEED : Framing.OCTET_COUNTING,
        required,
        tls);
  }

  private static ClientTls tls(Settings s) {
    String bundle =
        s.optional(
            "DSXCONNECT_SYSLOG__TLS_CA_FILE",
            "PEM file with the authorities that signed the collector's certificate");
    String certificate =
        s.optional(
            "DSXCONNECT_SYSLOG__TLS_CERT_FILE",
            "PEM file with the client certificate for the collector");
    String key =
        s.optional(
            "DSXCONNECT_SYSLOG__TLS_KEY_FILE", "PEM file with the key of the client certificate");
    boolean insecure =
        s.flag(
            "DSXCONNECT_SYSLOG__TLS_INSECURE",
            false,
            "Skip verification of the collector's certificate. For tests only");
    if ((certificate == null) != (key == null)) {
      s.fault(
          "DSXCONNECT_SYSLOG__TLS_CERT_FILE and DSXCONNECT_SYSLOG__TLS_KEY_FILE: set both, or"
              + " none");
    }
    ClientTls tls =
        ClientTls.of(
            new SettingNames("DSXCONNECT_SYSLOG__TLS_CA_FILE", "DSXCONNECT_SYSLOG__TLS_CERT_FILE"),
            !insecure,
            bundle == null ? null : Path.of(bundle));
    return certificate == null || key == null
        ? tls
        : tls.showing(new KeyFiles(Path.of(certificate), Path.of(key)));
  }

  /** The address for log messages. */
  String address() {
    String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return transport.name().toLowerCase(Locale.ROOT) + "://" + shown + ":" + port;
  }
}
