package io.dsxconnect.http.client;

import io.dsxconnect.settings.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
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
 * Calls go through a proxy. The HTTP client gives back a proxy's refusal as if the server had said
 * it: a 403 would then be a file that may not be read, a 202 a file's content. Here it is no
 * connection.
 */
final class ProxyRouting {
  private static final String REACHED = "dsx.reached";

  private final Proxy proxy;

  ProxyRouting(Proxy proxy) {
    this.proxy = proxy;
  }

  /** Has the client go this way. */
  void of(HttpClientBuilder builder) {
    builder
        .setRoutePlanner(new Routes(proxy))
        .addExecInterceptorFirst("proxy", this::refusals)
        .addExecInterceptorAfter(
            ChainElement.CONNECT.name(), "beyond proxy", ProxyRouting::reached);
    Secret password = proxy.password();
    if (proxy.user() != null && password != null) {
      BasicCredentialsProvider credentials = new BasicCredentialsProvider();
      credentials.setCredentials(
          new AuthScope(proxy.address().httpHost()),
          new UsernamePasswordCredentials(proxy.user(), password.value().toCharArray()));
      builder.setDefaultCredentialsProvider(credentials);
    }
  }

  /** Not every host lies behind the proxy. */
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

  private ClassicHttpResponse refusals(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    HttpRoute route = scope.route;
    if (route.getProxyHost() == null) {
      return chain.proceed(request, scope);
    }
    String host = route.getTargetHost().getHostName();
    if (isRefused(host)) {
      throw new UnknownHostException(host + " is an address that is refused");
    }
    ClassicHttpResponse response = viaProxy(request, scope, chain);
    int code = response.getCode();
    boolean refused = route.isTunnelled() && scope.clientContext.getAttribute(REACHED) == null;
    if (!refused && code != HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED) {
      return response;
    }
    scope.execRuntime.discardEndpoint();
    throw new ConnectException(
        "the proxy "
            + proxy.address()
            + " refuses the way to "
            + route.getTargetHost().toHostString()
            + " with HTTP "
            + code
            + (code == HttpStatus.SC_PROXY_AUTHENTICATION_REQUIRED
                ? "; set user and password in " + proxy.setting()
                : ""));
  }

  /** Only the way to the proxy is a connection of ours: what fails in establishing one is that. */
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
                  + " of "
                  + proxy.setting()
                  + " does not answer: "
                  + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private static ClassicHttpResponse reached(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    scope.clientContext.setAttribute(REACHED, true);
    return chain.proceed(request, scope);
  }

  /** Names are looked up by the proxy; addresses are known here. */
  private static boolean isRefused(String host) {
    try {
      return !AddressPolicy.allows(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
