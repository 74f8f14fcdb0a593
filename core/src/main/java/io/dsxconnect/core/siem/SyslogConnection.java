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

/** A way to the collector. Used by one thread. */
interface SyslogConnection extends AutoCloseable {

  /**
   * @throws IOException when the collector is known to be away
   */
  void send(byte[] framed) throws IOException;

  /** Everything that was sent is on its way. */
  void flush() throws IOException;

  /**
   * @throws IOException when the collector closed the connection, which a write tells too late
   */
  void check() throws IOException;

  @Override
  void close();

  /** A way to open one. */
  interface Opener {
    SyslogConnection open(Duration within) throws IOException;
  }

  /**
   * Opens what the settings name.
   *
   * @throws io.dsxconnect.settings.StartFailure in one line when the files for TLS cannot be used
   */
  static Opener opener(SyslogSettings settings) {
    return switch (settings.transport()) {
      case UDP -> within -> new Udp(settings);
      case TCP ->
          within -> {
            Socket plain = connect(settings, within);
            return new Tcp(plain, plain, Tcp.LONGEST_WRITE);
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
          tls.over(plain, settings.host(), settings.port(), within), plain, Tcp.LONGEST_WRITE);
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
   * Over a byte stream. A thread reads, because only that learns at once that the other is gone.
   */
  final class Tcp implements SyslogConnection {
    /** A collector that takes nothing for so long is away. */
    static final Duration LONGEST_WRITE = Duration.ofSeconds(30);

    private static final int BUFFER = 64 * 1024;
    private static final ScheduledExecutorService WATCH =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("syslog-watch").factory());

    private final Socket socket;
    private final OutputStream out;
    private volatile boolean gone;

    /**
     * @param plain what {@code socket} runs over: closing it ends a write that hangs, also within
     *     TLS
     */
    Tcp(Socket socket, Socket plain, Duration longestWrite) throws IOException {
      this.socket = socket;
      this.out =
          new BufferedOutputStream(
              new Watched(socket.getOutputStream(), plain, longestWrite), BUFFER);
      Thread.ofVirtual().name("syslog-peer").start(this::readUntilGone);
    }

    private void readUntilGone() {
      byte[] ignored = new byte[512];
      try (InputStream in = socket.getInputStream()) {
        int read = 0;
        while (read >= 0) {
          read = in.read(ignored);
        }
      } catch (IOException e) {
        // Gone is all there is to know; check() tells.
      }
      gone = true;
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
      if (gone) {
        throw new IOException("it closed the connection");
      }
    }

    @Override
    public void close() {
      try {
        socket.close();
      } catch (IOException e) {
        gone = true;
      }
    }
  }

  /** Ends a write that makes no progress: the network waits for a receiver without end. */
  final class Watched extends FilterOutputStream {
    private final Socket plain;
    private final Duration longest;

    Watched(OutputStream out, Socket plain, Duration longest) {
      super(out);
      this.plain = plain;
      this.longest = longest;
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      AtomicBoolean cut = new AtomicBoolean();
      ScheduledFuture<?> watch =
          Tcp.WATCH.schedule(() -> cut(cut), longest.toMillis(), TimeUnit.MILLISECONDS);
      try {
        out.write(bytes, from, count);
      } catch (IOException e) {
        throw cut.get()
            ? new IOException("it took nothing for " + longest.toSeconds() + " s", e)
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
        // The writer sees the same failure.
        cut.set(true);
      }
    }
  }

  /** One datagram per event, best effort. */
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
      // A datagram does not wait.
    }

    @Override
    public void check() {
      // Nobody answers a datagram.
    }

    @Override
    public void close() {
      socket.close();
    }
  }
}
