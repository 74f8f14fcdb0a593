package io.dsxconnect.http.client;

import java.io.IOException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.util.TimeValue;

/**
 * Resends a request on a new connection if the pooled one was closed before any response arrived: a
 * busy single-threaded server closes idle connections late. Only for an {@link
 * Exchange#repeatable()} exchange and a repeatable body, and at most once. Thread-safe.
 */
final class StaleConnectionRetry implements ExecChainHandler {
  private final PoolingHttpClientConnectionManager pool;

  StaleConnectionRetry(PoolingHttpClientConnectionManager pool) {
    this.pool = pool;
  }

  @Override
  public ClassicHttpResponse execute(
      ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
      throws IOException, HttpException {
    try {
      return chain.proceed(request, scope);
    } catch (EarlyResponses.Stale e) {
      Exchange exchange = Exchange.of(scope.clientContext);
      HttpEntity entity = request.getEntity();
      if (exchange == null
          || (entity != null && !entity.isRepeatable())
          || !exchange.startRepeat()) {
        throw e;
      }
    }
    // The other idle connections may be closed as well.
    pool.closeIdle(TimeValue.ZERO_MILLISECONDS);
    return chain.proceed(ClassicRequestBuilder.copy(scope.originalRequest).build(), scope);
  }
}
