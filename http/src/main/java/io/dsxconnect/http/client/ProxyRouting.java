package io.dsxconnect.http.client;

import io.dsxconnect.settings.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.routing.DefaultProxyRoutePlanner;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * Routes calls through a proxy, and reports a proxy's error as a {@link ConnectException}. The HTTP
 * client would return the proxy's response to CONNECT as the server's: a 403 would mean that a file
 * may not be read, a 202 would be a file's content. Thread-safe.
 */
final class ProxyRouting {
  /** Attribute of calls whose connection to the server, beyond the proxy, was established. */
  private static final String TUNNEL_READY = "dsx.reached";

  private final Proxy proxy;

  ProxyRouting(Proxy proxy) {
    this.proxy = proxy;
  }

  /** Makes the client use the proxy. */
  void configure(HttpClientBuilder builder) {
    builder
        .setRoutePlanner(new Routes(proxy))
        .addExecInterceptorFirst("proxy", this::checkProxyResponse)
        .addExecInterceptorAfter(
            ChainElement.CONNECT.name(), "beyond proxy", ProxyRouting::markTunnelReady);
    Secret password = proxy.password();
    if (proxy.user() != null && password != null) {
      BasicCredentialsProvider credentials = new BasicCredentialsProvider();
      credentials.setCredentials(
          new AuthScope(proxy.address().httpHost()),
          new UsernamePasswordCredentials(proxy.user(), password.value().toCharArray()));
      builder.setDefaultCredentialsProvider(credentials);
    }
  }

  /** Bypasses the proxy for the hosts in {@link NoProxy}. */
  private static final class Routes extends DefaultProxyRoutePlanner {
    private final NoProxy direct;

    Routes(Proxy proxy) {
      super(proxy.address().httpHost());
      this.direct = proxy.direct();
    }

    @Override
    protected @Nullable HttpHost determineProxy(HttpHost target, HttpContext context)
        throws HttpException {
      return direct.covers(target.getHostName(), target.getPort())
          ? null
          : super.determineProxy(target, context);
    }
  }

  private ClassicHttpResponse checkProxyResponse(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    HttpRoute route = scope.route;
    if (route.getProxyHost() == null) {
      return chain.proceed(request, scope);
    }
    String host = route.getTargetHost().getHostName();
    // A name is resolved by the proxy, so only literal addresses can be checked here.
    if (AddressPolicy.refuses(host)) {
      throw new UnknownHostException(host + " is a refused address");
    }
    ClassicHttpResponse response = viaProxy(request, scope, chain);
    int code = response.getCode();
    boolean refused = route.isTunnelled() && scope.clientContext.getAttribute(TUNNEL_READY) == null;
    if (!refused && code != HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED) {
      return response;
    }
    scope.execRuntime.discardEndpoint();
    throw new ConnectException(
        "the proxy "
            + proxy.address()
            + " refuses to connect to "
            + route.getTargetHost().toHostString()
            + " with HTTP "
            + code
            + (code == HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED
                ? "; set user and password in " + proxy.setting()
                : ""));
  }

  /** A failure to connect is one to the proxy: this process connects to nothing else here. */
  private ClassicHttpResponse viaProxy(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    try {
      return chain.proceed(request, scope);
    } catch (ConnectException
        | UnknownHostException
        | NoRouteToHostException
        | ConnectTimeoutException e) {
      ConnectException named =
          new ConnectException(
              "the proxy "
                  + proxy.address()
                  + " in "
                  + proxy.setting()
                  + " does not answer: "
                  + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private static ClassicHttpResponse markTunnelReady(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    scope.clientContext.setAttribute(TUNNEL_READY, true);
    return chain.proceed(request, scope);
  }
}
