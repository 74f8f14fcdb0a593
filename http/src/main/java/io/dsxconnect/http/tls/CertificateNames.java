package io.dsxconnect.http.tls;

import io.dsxconnect.contract.Printable;
import java.net.InetAddress;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HttpClientHostnameVerifier;
import org.jspecify.annotations.Nullable;

/**
 * Verifies that a certificate is for a host. Uses the HTTP client's check, which supports names
 * with underscores as the JDK's does not, and is stricter:
 *
 * <ul>
 *   <li>Only subjectAltNames count, not the subject's common name (RFC 9525, section 6.2).
 *   <li>A wildcard is a whole left-most label, {@code *}, before at least two others; one that
 *       would cover a top-level domain, such as {@code *.com}, or a partial one, such as {@code
 *       f*.corp}, matches nothing.
 *   <li>An IP address matches only the same address, in any notation.
 * </ul>
 *
 * <p>Thread-safe.
 */
final class CertificateNames implements HttpClientHostnameVerifier {
  private static final int MAX_LISTED_NAMES = 8;

  /** Types of subjectAltName, RFC 5280 section 4.2.1.6. */
  private static final int DNS_NAME = 2;

  private static final int IP_ADDRESS = 7;

  private static final Pattern WILDCARD = Pattern.compile("\\*(\\.[^.*]+){2,}");

  private final HttpClientHostnameVerifier clientCheck = new DefaultHostnameVerifier();

  /** The certificate is for other names; the message lists them. */
  static final class Mismatch extends SSLPeerUnverifiedException {
    private static final long serialVersionUID = 1L;

    Mismatch(String message) {
      super(message);
    }
  }

  private record Name(int type, String value) {
    boolean isIgnoredWildcard() {
      return type == DNS_NAME && value.indexOf('*') >= 0 && !WILDCARD.matcher(value).matches();
    }

    boolean covers(String host, @Nullable InetAddress address) {
      if (address != null) {
        return type == IP_ADDRESS && address.equals(literal(value));
      }
      if (type != DNS_NAME) {
        return false;
      }
      int dot = host.indexOf('.');
      return value.equals(host)
          || (WILDCARD.matcher(value).matches()
              && dot > 0
              && value.substring(1).equals(host.substring(dot)));
    }
  }

  /**
   * Returns if the certificate is for the host.
   *
   * @param host a name, or an address without brackets
   * @throws Mismatch if it is not
   */
  @Override
  public void verify(String host, X509Certificate certificate) throws SSLException {
    List<Name> names = names(certificate);
    if (names.isEmpty()) {
      throw new Mismatch(
          "no name at all: it has no subjectAltName, and its subject does not count");
    }
    try {
      clientCheck.verify(host, certificate);
    } catch (SSLException e) {
      throw new Mismatch(listed(names) + "; not for " + host);
    }
    String wanted = host.toLowerCase(Locale.ROOT);
    InetAddress address = literal(wanted);
    if (names.stream().anyMatch(name -> name.covers(wanted, address))) {
      return;
    }
    throw new Mismatch(
        listed(names)
            + (names.stream().anyMatch(Name::isIgnoredWildcard)
                ? "; such a wildcard covers nothing, so not for "
                : "; not for ")
            + host);
  }

  /** Whether the certificate of a TLS session is for the host. */
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

  private static List<Name> names(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names == null
          ? List.of()
          : names.stream()
              .map(
                  name ->
                      new Name(
                          (Integer) name.get(0),
                          String.valueOf(name.get(1)).toLowerCase(Locale.ROOT)))
              .toList();
    } catch (CertificateParsingException e) {
      return List.of();
    }
  }

  private static @Nullable InetAddress literal(String text) {
    try {
      return InetAddress.ofLiteral(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static String listed(List<Name> names) {
    return names.stream()
            .limit(MAX_LISTED_NAMES)
            .map(name -> Printable.of(name.value()))
            .collect(Collectors.joining(", "))
        + (names.size() > MAX_LISTED_NAMES ? " and others" : "");
  }
}
