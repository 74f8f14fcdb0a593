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
 * Speaks TLS over connections, as a client; what goes wrong is a {@link TlsFailure}. Names with
 * underscores work: the JDK's own check would refuse them, and they are not sent as SNI, where they
 * are not allowed. Thread-safe.
 */
public final class TlsClient implements TlsSocketStrategy {
  /** Milliseconds. */
  private static final int REFUSAL = 500;

  private final SettingNames names;

  /** Connections whose server asked for a certificate that we do not have. */
  private final Set<Socket> asked =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /** Made anew with the files, so that no session that was trusted before is resumed. */
  private final ReloadingFile<TlsSocketStrategy> now;

  TlsClient(ClientTls tls) throws UnusableFileException {
    this.names = tls.names();
    this.now = new ReloadingFile<>(tls.files(), tls.interval(), () -> strategy(tls, asked::add));
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
          new KeyManager[] {own == null ? KeyFiles.nothing(asked) : own.managerNow()},
          new TrustManager[] {tls.verify() ? TrustStore.of(tls.bundle()) : new TrustAll()},
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has TLS", e);
    }
  }

  @Override
  public SSLSocket upgrade(
      Socket socket, String host, int port, Object attachment, HttpContext context)
      throws IOException {
    try {
      SSLSocket upgraded = now.get().upgrade(socket, host, port, attachment, context);
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
   * With TLS 1.3 a server says that it does not do without a certificate when the handshake is over
   * here; whoever writes before it is heard learns of a broken pipe only.
   */
  private static void awaitRefusal(SSLSocket socket) throws IOException {
    int silence = socket.getSoTimeout();
    socket.setSoTimeout(REFUSAL);
    try {
      if (socket.getInputStream().read() < 0) {
        throw new SSLException("(certificate_required) the server left");
      }
      throw new SSLException("the server speaks first");
    } catch (SocketTimeoutException e) {
      // It does without.
      socket.setSoTimeout(silence);
    }
  }

  /**
   * Speaks TLS over any connection, which is closed when that fails.
   *
   * @param within no longer than this without a byte of the handshake
   * @throws TlsFailure when one of the two does not prove who it is
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
