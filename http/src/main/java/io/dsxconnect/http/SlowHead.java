package io.dsxconnect.http;

import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Closes connections whose request has begun and whose headers do not end. */
final class SlowHead implements Http1ConnectionListener {
  private final Map<ConnectionContext, ScheduledFuture<?>> begun = new ConcurrentHashMap<>();
  private final Duration patience;

  SlowHead(Duration patience) {
    this.patience = patience;
  }

  @Override
  public void prologue(ConnectionContext context, HttpPrologue prologue) {
    Thread reader = Thread.currentThread();
    begun.put(
        context,
        SlowBody.CLOCK.schedule(
            () -> {
              if (begun.remove(context) != null) {
                reader.interrupt();
              }
            },
            patience.toMillis(),
            TimeUnit.MILLISECONDS));
  }

  @Override
  public void headers(ConnectionContext context, Headers headers) {
    ScheduledFuture<?> cut = begun.remove(context);
    if (cut != null) {
      cut.cancel(false);
    }
  }
}
