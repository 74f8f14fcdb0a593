package io.dsxconnect.http.tls;

import io.dsxconnect.contract.Printable;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HttpClientHostnameVerifier;

/**
 * Whether a certificate is for a name. The HTTP client's check, which takes names with underscores
 * as the JDK's does not; it tells for which names the certificate is. Stricter than that one: the
 * subject's common name is no name (RFC 9525, section 6.2), and a wildcard that stands for the
 * names of a whole top-level domain covers nothing.
 */
final class CertificateNames implements HttpClientHostnameVerifier {
  private static final int MANY = 8;
  private static final Predicate<String> COVERS_ALL =
      Pattern.compile("\\*[^.]*\\.[^.]*").asMatchPredicate();

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
    Collection<List<?>> names = alternatives(certificate);
    if (names.isEmpty()) {
      throw new Others("no name at all: it has no subjectAltName, and its subject does not count");
    }
    try {
      check.verify(host, certificate);
    } catch (SSLException e) {
      throw new Others(listed(names) + "; not for " + host);
    }
    if (names.stream().map(CertificateNames::name).filter(COVERS_ALL).findAny().isPresent()
        && names.stream().map(CertificateNames::name).noneMatch(name -> covers(name, host))) {
      throw new Others(listed(names) + "; such a wildcard covers nothing, so not for " + host);
    }
  }

  private static String name(List<?> alternative) {
    return String.valueOf(alternative.get(1)).toLowerCase(Locale.ROOT);
  }

  /** Whether the name covers the host and is no wildcard of a top-level domain. */
  private static boolean covers(String name, String host) {
    String wanted = host.toLowerCase(Locale.ROOT);
    int dot = wanted.indexOf('.');
    return name.equals(wanted)
        || (name.startsWith("*.")
            && !COVERS_ALL.test(name)
            && dot > 0
            && name.substring(1).equals(wanted.substring(dot)));
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

  private static Collection<List<?>> alternatives(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private static String listed(Collection<List<?>> names) {
    return names.stream()
            .limit(MANY)
            .map(name -> Printable.of(String.valueOf(name.get(1))))
            .collect(Collectors.joining(", "))
        + (names.size() > MANY ? " and others" : "");
  }
}
