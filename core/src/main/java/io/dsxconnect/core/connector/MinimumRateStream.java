package io.dsxconnect.core.connector;

import io.dsxconnect.http.client.Exchange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Enforces a minimum rate on a connector's bytes, because a connector that sends too slowly would
 * occupy a slot for ever. Only time spent waiting for the connector counts, because the scanner may
 * be slow to read. Confined to one thread.
 */
final class MinimumRateStream extends FilterInputStream {
  private final Exchange exchange;
  private final MinimumRate minimum;
  private long waitedNanos;
  private long receivedBytes;

  MinimumRateStream(InputStream in, Exchange exchange, MinimumRate minimum) {
    super(in);
    this.exchange = exchange;
    this.minimum = minimum;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int off, int len) throws IOException {
    long start = System.nanoTime();
    int n;
    exchange.begin();
    try {
      n = in.read(buffer, off, len);
    } catch (IOException e) {
      if (exchange.isCut()) {
        throw tooSlow();
      }
      throw e;
    } finally {
      exchange.end();
    }
    if (n < 0) {
      return n;
    }
    waitedNanos += System.nanoTime() - start;
    receivedBytes += n;
    if (waitedNanos >= minimum.window().toNanos()) {
      if (minimum.tooSlow(receivedBytes, waitedNanos)) {
        throw tooSlow();
      }
      waitedNanos = 0;
      receivedBytes = 0;
    }
    return n;
  }

  @Override
  public void close() throws IOException {
    exchange.close();
    super.close();
  }

  private SlowConnectorException tooSlow() {
    return new SlowConnectorException(
        "the connector sent less than "
            + minimum.bytesPerSecond()
            + " bytes per second for "
            + minimum.window().toSeconds()
            + " s");
  }
}
