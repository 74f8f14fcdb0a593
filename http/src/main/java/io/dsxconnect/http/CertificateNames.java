package io.dsxconnect.http;

import io.dsxconnect.contract.Printable;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HttpClientHostnameVerifier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a certificate is for a name. The HTTP client's check, which takes names with underscores
 * as the JDK's does not; it tells for which names the certificate is.
 */
final class CertificateNames implements HttpClientHostnameVerifier {
  private static final int MANY = 8;
  private final HttpClientHostnameVerifier check = new DefaultHostnameVerifier();

  /** The certificate is for others. */
  static final class Others extends SSLPeerUnverifiedException {
    private static final long serialVersionUID = 1L;

    Others(String message) {
      super(message);
    }
  }

  @Override
  public void verify(String host, X509Certificate certificate) throws SSLException {
    try {
      check.verify(host, certificate);
    } catch (SSLException e) {
      throw new Others(names(certificate) + "; not for " + host);
    }
  }

  @Override
  public boolean verify(String host, SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      verify(host, (X509Certificate) chain[0]);
      return true;
    } catch (SSLException e) {
      return false;
    }
  }

  private static String names(X509Certificate certificate) {
    @Nullable Collection<List<?>> names;
    try {
      names = certificate.getSubjectAlternativeNames();
    } catch (CertificateParsingException e) {
      names = null;
    }
    if (names == null) {
      return Printable.of(certificate.getSubjectX500Principal().getName());
    }
    return names.stream()
            .limit(MANY)
            .map(name -> Printable.of(String.valueOf(name.get(1))))
            .collect(Collectors.joining(", "))
        + (names.size() > MANY ? " and others" : "");
  }
}
