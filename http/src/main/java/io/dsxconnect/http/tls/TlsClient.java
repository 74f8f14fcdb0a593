package io.dsxconnect.http.tls;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.util.Timeout;

/**
 * The client side of TLS; every failed handshake is a {@link TlsFailure}. Supports host names with
 * underscores, which the JDK's own check rejects; they are not sent as SNI, where they are not
 * allowed. Thread-safe.
 */
public final class TlsClient implements TlsSocketStrategy {
  /** How long a server may take to refuse a missing certificate after the handshake. */
  private static final int REFUSAL_WAIT_MILLIS = 500;

  private final SettingNames names;

  /** Connections whose server requested a certificate though none is set. */
  private final Set<Socket> asked =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /** Made again when the files change, so that no session with the former trust is resumed. */
  private final ReloadingFile<TlsSocketStrategy> strategy;

  TlsClient(ClientTls tls) throws UnusableFileException {
    this.names = tls.names();
    this.strategy =
        new ReloadingFile<>(tls.files(), tls.interval(), () -> strategy(tls, asked::add));
  }

  private static TlsSocketStrategy strategy(ClientTls tls, Consumer<Socket> asked)
      throws UnusableFileException {
    HostnameVerifier names = tls.verify() ? new CertificateNames() : NoopHostnameVerifier.INSTANCE;
    return new DefaultClientTlsStrategy(
        context(tls, asked),
        ServerTls.PROTOCOLS.toArray(String[]::new),
        null,
        SSLBufferMode.STATIC,
        HostnameVerificationPolicy.CLIENT,
        names);
  }

  private static SSLContext context(ClientTls tls, Consumer<Socket> asked)
      throws UnusableFileException {
    KeyFiles own = tls.own();
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {own == null ? KeyFiles.none(asked) : own.managerNow()},
          new TrustManager[] {tls.verify() ? TrustStore.of(tls.bundle()) : new TrustAll()},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  /**
   * Performs the handshake. Blocks; does not close {@code socket} on failure.
   *
   * @param attachment a {@link TlsConfig} with the handshake's timeout, or null
   * @throws TlsFailure if the handshake fails
   * @throws IOException if {@code host} is not a host name
   */
  @Override
  public SSLSocket upgrade(
      Socket socket, String host, int port, Object attachment, HttpContext context)
      throws IOException {
    try {
      SSLSocket upgraded = strategy.get().upgrade(socket, host, port, attachment, context);
      if (asked.remove(upgraded)) {
        awaitRefusal(upgraded);
      }
      return upgraded;
    } catch (IOException e) {
      throw TlsFailure.of(e, host, port, names);
    } catch (IllegalArgumentException e) {
      throw new IOException("not a host name: " + host, e);
    }
  }

  /**
   * With TLS 1.3 a server refuses a missing certificate only after the client has completed the
   * handshake. A client that writes before it reads the refusal gets a broken pipe instead.
   */
  private static void awaitRefusal(SSLSocket socket) throws IOException {
    int silence = socket.getSoTimeout();
    socket.setSoTimeout(REFUSAL_WAIT_MILLIS);
    try {
      if (socket.getInputStream().read() < 0) {
        throw new SSLException("(certificate_required) the server closed the connection");
      }
      throw new SSLException("the server sent data before the request");
    } catch (SocketTimeoutException e) {
      // The server accepts a client without a certificate.
      socket.setSoTimeout(silence);
    }
  }

  /**
   * Performs the handshake over an open connection, which is closed if that fails. Blocks.
   *
   * @param within the maximum time without a byte of the handshake
   * @return a socket with the read timeout of {@code plain}
   * @throws TlsFailure if the handshake fails
   */
  public Socket over(Socket plain, String host, int port, Duration within) throws IOException {
    try {
      int silence = plain.getSoTimeout();
      plain.setSoTimeout((int) within.toMillis());
      TlsConfig limits = TlsConfig.custom().setHandshakeTimeout(Timeout.of(within)).build();
      Socket socket = upgrade(plain, host, port, limits, HttpClientContext.create());
      socket.setSoTimeout(silence);
      return socket;
    } catch (IOException | RuntimeException e) {
      plain.close();
      throw e;
    }
  }
}
