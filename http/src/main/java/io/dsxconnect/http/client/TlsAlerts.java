package io.dsxconnect.http.client;

import io.dsxconnect.http.tls.SettingNames;
import io.dsxconnect.http.tls.TlsFailure;
import java.io.IOException;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;

/**
 * Turns a late TLS alert into a {@link TlsFailure}: with TLS 1.3 a server refuses the client's
 * certificate only after the client has completed the handshake. Thread-safe.
 */
final class TlsAlerts implements ExecChainHandler {
  private final SettingNames names;

  TlsAlerts(SettingNames names) {
    this.names = names;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    try {
      return chain.proceed(request, scope);
    } catch (SSLException e) {
      HttpHost target = scope.route.getTargetHost();
      throw TlsFailure.isAlert(e)
          ? TlsFailure.of(e, target.getHostName(), target.getPort(), names)
          : e;
    }
  }
}
