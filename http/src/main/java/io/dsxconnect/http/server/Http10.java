package io.dsxconnect.http.server;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/**
 * Takes HTTP/1.0, which load balancers speak in health checks and nginx by default with what it
 * stands before. Helidon takes HTTP/1.1 only, so the head of the one request of such a connection
 * is rewritten: it asks for the connection to be closed, and names the host when it did not. The
 * answer is in HTTP/1.1, as RFC 9112 (section 2.3) allows.
 */
final class Http10 implements ServerConnectionSelector {
  private static final String OLD = " HTTP/1.0\r";
  private static final String END = "\r\n\r\n";

  private final Http1ConnectionSelector http1;
  private final int longestHead;

  /**
   * @param config of HTTP/1.1, which serves these requests, too
   */
  Http10(Http1Config config) {
    this.http1 = Http1ConnectionSelector.builder().config(config).build();
    this.longestHead = config.maxPrologueLength() + config.maxHeadersSize();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    int end = data.indexOf((byte) '\n');
    return end > 0 && data.readString(end).endsWith(OLD) ? Support.SUPPORTED : Support.UNSUPPORTED;
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return Set.of("http/1.0");
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    Rewritten rewritten = new Rewritten(context, longestHead);
    return http1.connection(new Context(context, DataReader.create(rewritten::next)));
  }

  /** The bytes of a connection, with another head. */
  private static final class Rewritten {
    private final DataReader in;
    private final ConnectionContext context;
    private final int longestHead;
    private boolean headIsOut;

    /** Bytes of the request's body that are still to come. */
    private long body;

    Rewritten(ConnectionContext context, int longestHead) {
      this.in = context.dataReader();
      this.context = context;
      this.longestHead = longestHead;
    }

    byte[] next() {
      if (headIsOut) {
        if (body <= 0) {
          throw new CloseConnectionException("a connection of HTTP/1.0 serves one request");
        }
        byte[] part = more();
        body -= part.length;
        return part;
      }
      StringBuilder head = new StringBuilder();
      while (head.indexOf(END) < 0 && head.length() <= longestHead) {
        head.append(new String(more(), StandardCharsets.ISO_8859_1));
      }
      headIsOut = true;
      return rewritten(head).getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] more() {
      in.ensureAvailable();
      return in.readBytes(in.available());
    }

    /** One that has no end is left as it is, for the server to refuse. */
    private String rewritten(StringBuilder head) {
      int end = head.indexOf(END);
      if (end < 0) {
        return head.toString();
      }
      String[] lines = head.substring(0, end).split("\r\n", -1);
      StringBuilder out = new StringBuilder();
      out.append(lines[0], 0, lines[0].length() - OLD.length() + 1).append(" HTTP/1.1\r\n");
      boolean host = false;
      for (int i = 1; i < lines.length; i++) {
        String name = lines[i].split(":", 2)[0].toLowerCase(Locale.ROOT);
        host |= name.equals("host");
        if (name.equals("content-length")) {
          body = length(lines[i]) - (head.length() - end - END.length());
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

  /** What is no number is left to the server to refuse. */
  private static long length(String header) {
    String value = header.substring(header.indexOf(':') + 1).strip();
    return value.matches("[0-9]{1,18}") ? Long.parseLong(value) : 0;
  }

  /** A connection whose bytes are read elsewhere. */
  private record Context(ConnectionContext of, DataReader reader) implements ConnectionContext {
    @Override
    public DataReader dataReader() {
      return reader;
    }

    @Override
    public ListenerContext listenerContext() {
      return of.listenerContext();
    }

    @Override
    public ExecutorService executor() {
      return of.executor();
    }

    @Override
    public DataWriter dataWriter() {
      return of.dataWriter();
    }

    @Override
    public Router router() {
      return of.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
      return of.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
      return of.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
      return of.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return of.localPeer();
    }

    @Override
    public boolean isSecure() {
      return of.isSecure();
    }

    @Override
    public String socketId() {
      return of.socketId();
    }

    @Override
    public String childSocketId() {
      return of.childSocketId();
    }
  }
}
