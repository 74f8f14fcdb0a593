package io.dsxconnect.http.tls;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;

/**
 * No connection, because one of the two did not prove who it is; the message says what to do. It is
 * a {@link ConnectException} because it is not the file's fault and passes when it is repaired.
 */
public final class TlsFailure extends ConnectException {
  private static final long serialVersionUID = 1L;

  private TlsFailure(String message, Throwable cause) {
    super(message);
    initCause(cause);
  }

  /**
   * @param names the settings that the message refers to
   */
  public static TlsFailure of(IOException e, String host, int port, SettingNames names) {
    return new TlsFailure("TLS with " + host + ":" + port + ": " + why(e, names), e);
  }

  /** Whether the other refuses our certificate, or its absence: with TLS 1.3 it says so late. */
  public static boolean isAlert(IOException e) {
    return String.valueOf(e.getMessage()).contains("Received fatal alert: ");
  }

  /**
   * Why TLS failed and what to do, in the operator's words.
   *
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
        case CertificateNames.Others others -> {
          return "its certificate is for "
              + others.getMessage()
              + "; call it by one of its names or have it reissued";
        }
        case TrustStore.Untrusted untrusted -> {
          return untrusted(names)
              + ", "
              + untrusted.issuer()
              + ", or have the server send that one's certificate as well";
        }
        case CertPathValidatorException path -> {
          return untrusted(names);
        }
        case SocketTimeoutException silent -> {
          return "it does not answer the handshake; if it does not speak TLS there, use http:// or"
              + " another port";
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
    return said(e, names);
  }

  private static String untrusted(SettingNames names) {
    return "its certificate is not trusted; set "
        + names.bundle()
        + " to a file that holds the authority that signed it";
  }

  /** One without basicConstraints signs nothing, though it is in the bundle and did sign. */
  private static String noAuthority(String message, SettingNames names) {
    return "the authority in "
        + names.bundle()
        + " is no CA certificate (it needs basicConstraints CA:TRUE, and keyCertSign if it has a"
        + " keyUsage); make it anew, or set another ("
        + message.replaceFirst("^.*TrustAnchor with subject", "subject")
        + ")";
  }

  private static String said(IOException e, SettingNames names) {
    String message = String.valueOf(e.getMessage());
    if (e instanceof SocketException
        || message.contains("Unsupported or unrecognized SSL message")
        || message.contains("Remote host terminated the handshake")) {
      return "it ended the handshake; if it does not speak TLS there, use http:// or another port";
    }
    if (message.contains("No subject alternative") || message.contains("No name matching")) {
      return "its certificate is not for that name; call it by one of its names or have it reissued"
          + " ("
          + message
          + ")";
    }
    if (message.contains("certificate_required")) {
      return "it wants a certificate; set " + names.certificate() + ", with its key";
    }
    boolean certificate =
        message.contains("bad_certificate")
            || message.contains("certificate_unknown")
            || message.contains("certificate_expired")
            || message.contains("unknown_ca");
    // Our own alerts have the same names: who sent it tells whose certificate it is about.
    if (certificate && !isAlert(e)) {
      return "its certificate is not accepted: " + message;
    }
    if (certificate) {
      return "it does not accept our certificate, or that there is none; see "
          + names.certificate()
          + " ("
          + message
          + ")";
    }
    if (message.contains("protocol_version")) {
      return "it speaks neither TLS 1.2 nor 1.3";
    }
    return message;
  }
}
