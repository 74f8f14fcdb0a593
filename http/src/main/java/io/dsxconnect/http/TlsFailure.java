package io.dsxconnect.http;

import java.net.ConnectException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import javax.net.ssl.SSLPeerUnverifiedException;

/**
 * No connection, because the other did not prove who it is; the message says what to do. It is a
 * {@link ConnectException} because it is not the file's fault and passes when it is repaired.
 */
public final class TlsFailure extends ConnectException {
  private static final long serialVersionUID = 1L;

  private TlsFailure(String message, Throwable cause) {
    super(message);
    initCause(cause);
  }

  /**
   * @param help names of the settings that could help
   */
  static TlsFailure of(Throwable e, String host, ClientTls.Help help) {
    return new TlsFailure("TLS with " + host + ": " + why(e, help), e);
  }

  private static String why(Throwable e, ClientTls.Help help) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateExpiredException) {
        return "its certificate has expired";
      }
      if (cause instanceof CertificateNotYetValidException) {
        return "its certificate is not valid yet; compare the clocks";
      }
      if (cause instanceof SSLPeerUnverifiedException) {
        return "its certificate is for other names ("
            + cause.getMessage()
            + "); call it by one of them or have it reissued";
      }
      if (cause instanceof CertPathValidatorException
          || String.valueOf(cause.getMessage())
              .contains("unable to find valid certification path")) {
        return "its certificate is not trusted; set "
            + help.bundle()
            + " to the authority that signed it";
      }
    }
    String message = String.valueOf(e.getMessage());
    if (message.contains("Unsupported or unrecognized SSL message")
        || message.contains("Remote host terminated the handshake")) {
      return "it ended the handshake; if it does not speak TLS there, use http:// or another port";
    }
    if (message.contains("certificate_required") || message.contains("bad_certificate")) {
      return "it wants a certificate; set " + help.certificate() + ", with its key";
    }
    if (message.contains("protocol_version")) {
      return "it speaks neither TLS 1.2 nor 1.3";
    }
    return message;
  }
}
