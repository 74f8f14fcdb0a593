package io.dsxconnect.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnreadBodyTest {

  /** A body that never ends; each read takes a fixed time of a clock that it drives. */
  private static final class EndlessBody extends InputStream {
    private final Duration timePerRead;
    private Duration elapsed = Duration.ZERO;
    private long bytesRead;

    EndlessBody(Duration timePerRead) {
      this.timePerRead = timePerRead;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("one byte at a time");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      elapsed = elapsed.plus(timePerRead);
      bytesRead += length;
      return length;
    }
  }

  @ParameterizedTest
  @CsvSource({"1000, 11", "2500, 5", "10001, 1"})
  void a_client_that_sends_steadily_is_read_for_ten_seconds_in_total(long millis, int reads)
      throws IOException {
    EndlessBody body = new EndlessBody(Duration.ofMillis(millis));
    discard(body);
    assertThat(body.bytesRead).isEqualTo(reads * 8192L).isLessThan(UnreadBody.MAX_BYTES);
    assertThat(body.elapsed).isGreaterThan(UnreadBody.MAX_TIME);
    assertThat(body.elapsed.minusMillis(millis)).isLessThanOrEqualTo(UnreadBody.MAX_TIME);
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void a_client_that_sends_fast_is_read_for_sixteen_mebibytes(long millis) throws IOException {
    EndlessBody body = new EndlessBody(Duration.ofMillis(millis));
    discard(body);
    assertThat(body.bytesRead).isEqualTo(UnreadBody.MAX_BYTES);
    assertThat(body.elapsed).isLessThan(UnreadBody.MAX_TIME);
  }

  private static void discard(EndlessBody body) throws IOException {
    try (BodyRateGuard guard = new BodyRateGuard(Limits.DEFAULT)) {
      UnreadBody.discard(body, guard, () -> body.elapsed.toNanos());
    }
  }
}
