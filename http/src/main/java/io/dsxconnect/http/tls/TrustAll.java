package io.dsxconnect.http.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Accepts every certificate, for {@code VERIFY_TLS=false}. Thread-safe. */
final class TrustAll extends X509ExtendedTrustManager {

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
    // Every certificate is accepted.
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
    // Every certificate is accepted.
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {
    // Every certificate is accepted.
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
    // Every certificate is accepted.
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
    // Every certificate is accepted.
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {
    // Every certificate is accepted.
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
