package io.dsxconnect.http;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who is believed: the authorities of the JDK and those of a bundle. Names are not checked here but
 * by the HTTP client, because the JDK refuses names with underscores.
 */
final class Trust extends X509ExtendedTrustManager {
  private final X509ExtendedTrustManager authorities;

  private Trust(X509ExtendedTrustManager authorities) {
    this.authorities = authorities;
  }

  /**
   * @param bundle null: the JDK's authorities alone
   */
  static Trust of(@Nullable Path bundle) throws UnusableFile {
    List<X509Certificate> more = bundle == null ? List.of() : Pem.certificates(bundle);
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int n = 0;
      for (X509Certificate authority : usual().getAcceptedIssuers()) {
        all.setCertificateEntry("jdk-" + n++, authority);
      }
      for (X509Certificate authority : more) {
        all.setCertificateEntry("bundle-" + n++, authority);
      }
      return new Trust(from(all));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK has a key store and PKIX", e);
    }
  }

  private static X509TrustManager usual() throws GeneralSecurityException {
    return from(null);
  }

  private static X509ExtendedTrustManager from(@Nullable KeyStore authorities)
      throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authorities);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager x509) {
        return x509;
      }
    }
    throw new GeneralSecurityException("no X.509 trust manager");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    // PKIX would only say that it found no path.
    chain[0].checkValidity();
    authorities.checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    // PKIX would only say that it found no path.
    chain[0].checkValidity();
    authorities.checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    authorities.checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    authorities.checkClientTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    authorities.checkClientTrusted(chain, type, engine);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    authorities.checkClientTrusted(chain, type);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return authorities.getAcceptedIssuers();
  }
}
