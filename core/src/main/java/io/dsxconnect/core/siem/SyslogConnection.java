package io.dsxconnect.core.siem;

import io.dsxconnect.http.TlsClient;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

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
   * @throws io.dsxconnect.http.StartFailure in one line when the files for TLS cannot be used
   */
  static Opener opener(SyslogSettings settings) {
    return switch (settings.transport()) {
      case UDP -> within -> new Udp(settings);
      case TCP -> within -> new Tcp(connect(settings, within));
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
      return new Tcp(tls.over(plain, settings.host(), settings.port(), within));
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
    private static final int BUFFER = 64 * 1024;

    private final Socket socket;
    private final OutputStream out;
    private volatile boolean gone;

    Tcp(Socket socket) throws IOException {
      this.socket = socket;
      this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
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

  /** One datagram an event, best effort. */
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
