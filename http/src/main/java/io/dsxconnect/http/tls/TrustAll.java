package io.dsxconnect.http.tls;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** For {@code VERIFY_TLS=false}, of which a warning is logged. */
final class TrustAll extends X509ExtendedTrustManager {

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
    // Anybody.
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
    // Anybody.
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) {
    // Anybody.
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
    // Anybody.
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
    // Anybody.
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) {
    // Anybody.
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
