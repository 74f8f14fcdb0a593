package io.dsxconnect.core.siem;

import io.dsxconnect.http.tls.TlsClient;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A connection to the collector. Confined to one thread. */
interface SyslogConnection extends AutoCloseable {

  /**
   * Sends one framed event; may buffer it.
   *
   * @throws IOException when the collector is known to be unavailable
   */
  void send(byte[] framed) throws IOException;

  /**
   * Writes the buffered bytes. Blocks while the collector accepts no data, 30 s at most.
   *
   * @throws IOException when the collector accepts no data or closed the connection
   */
  void flush() throws IOException;

  /**
   * Checks that the collector has not closed the connection, which a write detects too late.
   *
   * @throws IOException when it has
   */
  void check() throws IOException;

  @Override
  void close();

  /** Opens connections. */
  interface Opener {
    SyslogConnection open(Duration within) throws IOException;
  }

  /**
   * An opener for the transport that the settings name.
   *
   * @throws io.dsxconnect.settings.StartFailure when the files for TLS cannot be used
   */
  static Opener opener(SyslogSettings settings) {
    return switch (settings.transport()) {
      case UDP -> within -> new Udp(settings);
      case TCP ->
          within -> {
            Socket plain = connect(settings, within);
            return new Tcp(plain, plain, Tcp.WRITE_TIMEOUT);
          };
      case TLS -> {
        TlsClient tls = settings.tls().client();
        yield within -> secured(tls, settings, within);
      }
    };
  }

  private static SyslogConnection secured(TlsClient tls, SyslogSettings settings, Duration within)
      throws IOException {
    Socket plain = connect(settings, within);
    try {
      return new Tcp(
          tls.over(plain, settings.host(), settings.port(), within), plain, Tcp.WRITE_TIMEOUT);
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  private static Socket connect(SyslogSettings settings, Duration within) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setKeepAlive(true);
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(settings.host(), settings.port()), (int) within.toMillis());
      return socket;
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * A connection over TCP or TLS. A thread reads from it, because only a read detects at once that
   * the collector closed it.
   */
  final class Tcp implements SyslogConnection {
    /** A collector that accepts no data for this time is unavailable. */
    static final Duration WRITE_TIMEOUT = Duration.ofSeconds(30);

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final ScheduledExecutorService WATCH =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("syslog-watch").factory());

    private final Socket socket;
    private final OutputStream out;
    private volatile boolean closed;

    /**
     * @param plain the TCP socket below {@code socket}; closing it ends a write that hangs, also
     *     within TLS
     * @param writeTimeout after which a write without progress fails
     */
    Tcp(Socket socket, Socket plain, Duration writeTimeout) throws IOException {
      this.socket = socket;
      this.out =
          new BufferedOutputStream(
              new Watched(socket.getOutputStream(), plain, writeTimeout), BUFFER_BYTES);
      Thread.ofVirtual().name("syslog-peer").start(this::readUntilClosed);
    }

    private void readUntilClosed() {
      byte[] ignored = new byte[512];
      try (InputStream in = socket.getInputStream()) {
        int read = 0;
        while (read >= 0) {
          read = in.read(ignored);
        }
      } catch (IOException e) {
        // The reason does not matter; check() reports it.
      }
      closed = true;
    }

    @Override
    public void send(byte[] framed) throws IOException {
      out.write(framed);
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void check() throws IOException {
      if (closed) {
        throw new IOException("it closed the connection");
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        closed = true;
      }
    }
  }

  /** Ends a write without progress, which would otherwise wait for the receiver for ever. */
  final class Watched extends FilterOutputStream {
    private final Socket plain;
    private final Duration timeout;

    Watched(OutputStream out, Socket plain, Duration timeout) {
      super(out);
      this.plain = plain;
      this.timeout = timeout;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      AtomicBoolean cut = new AtomicBoolean();
      ScheduledFuture<?> watch =
          Tcp.WATCH.schedule(() -> cut(cut), timeout.toMillis(), TimeUnit.MILLISECONDS);
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        throw cut.get()
            ? new IOException("it accepted no data for " + timeout.toSeconds() + " s", e)
            : e;
      } finally {
        watch.cancel(false);
      }
    }

    private void cut(AtomicBoolean cut) {
      cut.set(true);
      try {
        plain.close();
      } catch (IOException e) {
        // The write fails all the same.
        cut.set(true);
      }
    }
  }

  /** One datagram per event, without any sign of its arrival. */
  final class Udp implements SyslogConnection {
    private final DatagramSocket socket = new DatagramSocket();
    private final InetAddress address;
    private final int port;

    Udp(SyslogSettings settings) throws IOException {
      this.address = InetAddress.getByName(settings.host());
      this.port = settings.port();
    }

    @Override
    public void send(byte[] framed) throws IOException {
      socket.send(new DatagramPacket(framed, framed.length, address, port));
    }

    @Override
    public void flush() {
      // Datagrams are not buffered.
    }

    @Override
    public void check() {
      // UDP has no connection to check.
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
