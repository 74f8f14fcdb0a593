package io.dsxconnect.core.connector;

import io.dsxconnect.http.client.Exchange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a connector sends, held to a least rate: one that drips would keep a slot for ever. Only the
 * time that is spent waiting for the connector counts, because a scanner may take its time.
 */
final class MinimumRateStream extends FilterInputStream {
  private final Exchange exchange;
  private final MinimumRate pace;
  private long waited;
  private long came;

  MinimumRateStream(InputStream in, Exchange exchange, MinimumRate pace) {
    super(in);
    this.exchange = exchange;
    this.pace = pace;
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
    waited += System.nanoTime() - start;
    came += n;
    if (waited >= pace.window().toNanos()) {
      if (pace.tooSlow(came, waited)) {
        throw tooSlow();
      }
      waited = 0;
      came = 0;
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
            + pace.bytesPerSecond()
            + " bytes a second for "
            + pace.window().toSeconds()
            + " s");
  }
}
