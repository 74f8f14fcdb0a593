package io.dsxconnect.core.siem;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * Frames events for the collector: {@code dsx-connect {json}} and a line feed, after an RFC 5424
 * header and, over TCP and TLS, the octet count of RFC 6587 section 3.4.1, unless the settings
 * select the line feed as the only end of an event (section 3.4.2). Immutable.
 */
final class SyslogFormat {
  /** local0.info, as the original uses. */
  private static final String PRIORITY = "<134>";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int MAX_HOST_CHARS = 255;

  private final SyslogSettings settings;
  private final String host;
  private final long process;

  /**
   * @param host name of this host; characters that a header cannot hold are removed
   * @param process id of this process
   */
  SyslogFormat(SyslogSettings settings, String host, long process) {
    this.settings = settings;
    String printable = host.replaceAll("[^\\x21-\\x7e]", "");
    this.host =
        printable.isEmpty()
            ? "-"
            : printable.substring(0, Math.min(MAX_HOST_CHARS, printable.length()));
    this.process = process;
  }

  /**
   * One event in the bytes that are sent.
   *
   * @param message JSON, or another line of text
   */
  byte[] frame(String message, Instant time) {
    String text = "dsx-connect " + message + "\n";
    boolean octetCounting =
        settings.transport() != SyslogSettings.Transport.UDP
            && settings.framing() == SyslogSettings.Framing.OCTET_COUNTING;
    return switch (settings.format()) {
      case ORIGINAL ->
          bytes(
              settings.transport() == SyslogSettings.Transport.TLS ? text : PRIORITY + text + "\0");
      case RFC5424 -> {
        byte[] body =
            bytes(
                PRIORITY
                    + "1 "
                    + TIME.format(time)
                    + " "
                    + host
                    + " dsx-connect "
                    + process
                    + " scan_result - "
                    + text);
        yield octetCounting ? counted(body) : body;
      }
    };
  }

  private static byte[] counted(byte[] body) {
    byte[] count = bytes(body.length + " ");
    byte[] all = new byte[count.length + body.length];
    System.arraycopy(count, 0, all, 0, count.length);
    System.arraycopy(body, 0, all, count.length, body.length);
    return all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
