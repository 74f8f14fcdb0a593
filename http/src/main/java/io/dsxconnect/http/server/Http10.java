package io.dsxconnect.http.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Accepts HTTP/1.0, which load balancers use for health checks and nginx uses by default for its
 * upstreams. Helidon accepts only HTTP/1.1, so the head of the single request of such a connection
 * is rewritten: {@code Connection: close} is set, and {@code Host} is added if it is missing. The
 * response is HTTP/1.1, as RFC 9112 (section 2.3) allows. Thread-safe.
 */
final class Http10 implements ServerConnectionSelector {
  private static final String VERSION = " HTTP/1.0\r";
  private static final String HEAD_END = "\r\n\r\n";

  private final Http1ConnectionSelector http1;
  private final int maxHeadChars;

  /**
   * @param config of HTTP/1.1, which serves these requests too
   */
  Http10(Http1Config config) {
    this.http1 = Http1ConnectionSelector.builder().config(config).build();
    this.maxHeadChars = config.maxPrologueLength() + config.maxHeadersSize();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    int end = data.indexOf((byte) '\n');
    return end > 0 && data.readString(end).endsWith(VERSION)
        ? Support.SUPPORTED
        : Support.UNSUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("http/1.0");
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    Rewritten rewritten = new Rewritten(context, maxHeadChars);
    return RequestBytes.connect(http1, context, DataReader.create(rewritten::next));
  }

  /** The bytes of a connection, with a rewritten head. Confined to the connection's thread. */
  private static final class Rewritten {
    private final DataReader in;
    private final ConnectionContext context;
    private final int maxHeadChars;
    private boolean headSent;

    /** Bytes of the request's body that have not been read yet. */
    private long bodyLeft;

    Rewritten(ConnectionContext context, int maxHeadChars) {
      this.in = context.dataReader();
      this.context = context;
      this.maxHeadChars = maxHeadChars;
    }

    byte[] next() {
      if (headSent) {
        if (bodyLeft <= 0) {
          throw new CloseConnectionException("a connection of HTTP/1.0 serves one request");
        }
        byte[] part = readAvailable();
        bodyLeft -= part.length;
        return part;
      }
      StringBuilder head = new StringBuilder();
      while (head.indexOf(HEAD_END) < 0 && head.length() <= maxHeadChars) {
        head.append(new String(readAvailable(), StandardCharsets.ISO_8859_1));
      }
      headSent = true;
      return rewrite(head).getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] readAvailable() {
      in.ensureAvailable();
      return in.readBytes(in.available());
    }

    /** Leaves an incomplete head unchanged; the server refuses it. */
    private String rewrite(StringBuilder head) {
      int end = head.indexOf(HEAD_END);
      if (end < 0) {
        return head.toString();
      }
      String[] lines = head.substring(0, end).split("\r\n", -1);
      StringBuilder out = new StringBuilder();
      out.append(lines[0], 0, lines[0].length() - VERSION.length() + 1).append(" HTTP/1.1\r\n");
      boolean host = false;
      for (int i = 1; i < lines.length; i++) {
        String name = lines[i].split(":", 2)[0].toLowerCase(Locale.ROOT);
        host |= name.equals("host");
        if (name.equals("content-length")) {
          bodyLeft = length(lines[i]) - (head.length() - end - HEAD_END.length());
        }
        if (!name.equals("connection") && !name.equals("keep-alive")) {
          out.append(lines[i]).append("\r\n");
        }
      }
      if (!host) {
        PeerInfo local = context.localPeer();
        String address = local.host().indexOf(':') < 0 ? local.host() : "[" + local.host() + "]";
        out.append("Host: ").append(address).append(':').append(local.port()).append("\r\n");
      }
      return out.append("Connection: close").append(head.substring(end)).toString();
    }
  }

  /** 0 if the value is not a number; the server refuses such a request. */
  private static long length(String header) {
    String value = header.substring(header.indexOf(':') + 1).strip();
    return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
  }
}
