package io.dsxconnect.http.tls;

import io.dsxconnect.contract.Printable;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * Trusts the authorities of the JDK and those of a bundle. Host names are checked by the HTTP
 * client instead ({@link CertificateNames}), because the JDK rejects names with underscores.
 * Thread-safe.
 */
final class TrustStore extends X509ExtendedTrustManager {
  private static final String NO_PATH = "unable to find valid certification path";

  private final X509ExtendedTrustManager authorities;

  /** No trusted authority leads to a certificate. */
  static final class Untrusted extends CertificateException {
    private static final long serialVersionUID = 1L;

    private final String issuer;

    Untrusted(String issuer, CertificateException cause) {
      super("unknown authority " + issuer, cause);
      this.issuer = issuer;
    }

    /** The distinguished name of the missing authority. */
    String issuer() {
      return issuer;
    }
  }

  private TrustStore(X509ExtendedTrustManager authorities) {
    this.authorities = authorities;
  }

  /**
   * @param bundle null for the JDK's authorities only
   * @throws UnusableFileException if the bundle cannot be used
   */
  static TrustStore of(@Nullable Path bundle) throws UnusableFileException {
    List<X509Certificate> bundled = bundle == null ? List.of() : Pem.certificates(bundle);
    try {
      KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
      all.load(null, null);
      int n = 0;
      for (X509Certificate authority : jdkAuthorities().getAcceptedIssuers()) {
        all.setCertificateEntry("jdk-" + n++, authority);
      }
      for (X509Certificate authority : bundled) {
        all.setCertificateEntry("bundle-" + n++, authority);
      }
      return new TrustStore(from(all));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("every JDK has a key store and PKIX", e);
    }
  }

  private static X509TrustManager jdkAuthorities() throws GeneralSecurityException {
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
    // First, because for an expired certificate PKIX may report only that it found no path.
    chain[0].checkValidity();
    try {
      authorities.checkServerTrusted(chain, type, socket);
    } catch (CertificateException e) {
      throw withIssuer(chain, e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    // First, because for an expired certificate PKIX may report only that it found no path.
    chain[0].checkValidity();
    try {
      authorities.checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw withIssuer(chain, e);
    }
  }

  /** Adds the missing authority: PKIX reports that it found no path, but not to which. */
  private static CertificateException withIssuer(X509Certificate[] chain, CertificateException e) {
    if (!String.valueOf(e.getMessage()).contains(NO_PATH)) {
      return e;
    }
    X509Certificate last = chain[0];
    for (int known = 1; known < chain.length; known++) {
      X500Principal wanted = last.getIssuerX500Principal();
      Optional<X509Certificate> next =
          Stream.of(chain).filter(c -> c.getSubjectX500Principal().equals(wanted)).findFirst();
      if (next.isEmpty() || next.get().equals(last)) {
        break;
      }
      last = next.get();
    }
    return new Untrusted(Printable.of(last.getIssuerX500Principal().getName()), e);
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
