package io.dsxconnect.http.tls;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/**
 * A TLS handshake failed; the message is for the operator and names the remedy. It is a {@link
 * ConnectException} because the cause is not the file, and retries succeed once it is repaired.
 */
public final class TlsFailure extends ConnectException {
  private static final long serialVersionUID = 1L;

  private TlsFailure(String message, Throwable cause) {
    super(message);
    initCause(cause);
  }

  /**
   * The failure with host, port, reason and remedy in its message.
   *
   * @param e what the handshake threw
   * @param names the settings that the message refers to
   */
  public static TlsFailure of(IOException e, String host, int port, SettingNames names) {
    return new TlsFailure("TLS with " + host + ":" + port + ": " + why(e, names), e);
  }

  /**
   * Whether the peer sent a TLS alert. With TLS 1.3 it may follow the handshake, when the peer
   * refuses the client's certificate or its absence.
   */
  public static boolean isAlert(IOException e) {
    return String.valueOf(e.getMessage()).contains("Received fatal alert: ");
  }

  /**
   * The reason and the remedy, for the operator.
   *
   * @param e what the handshake threw
   * @param names the settings that the message refers to
   */
  public static String why(IOException e, SettingNames names) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case CertificateExpiredException expired -> {
          return "its certificate has expired";
        }
        case CertificateNotYetValidException early -> {
          return "its certificate is not valid yet; compare the clocks";
        }
        case CertificateNames.Mismatch mismatch -> {
          return "its certificate is for "
              + mismatch.getMessage()
              + "; call it by one of its names or have it reissued";
        }
        case TrustStore.Untrusted untrusted -> {
          return untrusted(names)
              + ", "
              + untrusted.issuer()
              + ", or have the server send the certificate of that authority as well";
        }
        case CertPathValidatorException path -> {
          return untrusted(names);
        }
        case SocketTimeoutException silent -> {
          return "it does not answer the handshake; if that port has no TLS, use http:// or another"
              + " port";
        }
        default -> {
          String message = String.valueOf(cause.getMessage());
          if (message.contains("unable to find valid certification path")) {
            return untrusted(names);
          }
          if (message.contains("TrustAnchor with subject")) {
            return noAuthority(message, names);
          }
        }
      }
    }
    return fromMessage(e, names);
  }

  private static String untrusted(SettingNames names) {
    return "its certificate is not trusted; set "
        + names.bundle()
        + " to a file that holds the authority that signed it";
  }

  /** A certificate without basicConstraints is not a CA, though it is in the bundle and signed. */
  private static String noAuthority(String message, SettingNames names) {
    return "the authority in "
        + names.bundle()
        + " is not a CA certificate (it needs basicConstraints CA:TRUE, and keyCertSign if it has a"
        + " keyUsage); reissue it, or set another ("
        + message.replaceFirst("^.*TrustAnchor with subject", "subject")
        + ")";
  }

  private static String fromMessage(IOException e, SettingNames names) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof SocketException
        || message.contains("Unsupported or unrecognized SSL message")
        || message.contains("Remote host terminated the handshake")) {
      return "it ended the handshake; if that port has no TLS, use http:// or another port";
    }
    if (message.contains("No subject alternative") || message.contains("No name matching")) {
      return "its certificate is not for that name; call it by one of its names or have it reissued"
          + " ("
          + message
          + ")";
    }
    if (message.contains("certificate_required")) {
      return "it requires a client certificate; set " + names.certificate() + " and its key";
    }
    boolean certificate =
        message.contains("bad_certificate")
            || message.contains("certificate_unknown")
            || message.contains("certificate_expired")
            || message.contains("unknown_ca");
    // Alerts in both directions have the same names; the sender of one refuses the other's
    // certificate.
    if (certificate && !isAlert(e)) {
      return "its certificate is not accepted: " + message;
    }
    if (certificate) {
      return "it does not accept the client certificate, or that there is none; check "
          + names.certificate()
          + " ("
          + message
          + ")";
    }
    if (message.contains("protocol_version")) {
      return "it supports neither TLS 1.2 nor 1.3";
    }
    return message;
  }
}
