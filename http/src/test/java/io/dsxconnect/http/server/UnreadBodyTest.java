package io.dsxconnect.http.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnreadBodyTest {
  private static final int PART_BYTES = 8192;

  /** Bytes that never end; each read takes a fixed time of a clock that it drives. */
  private static final class EndlessBytes {
    private final Duration timePerRead;
    private Duration elapsed = Duration.ZERO;
    private long bytesRead;

    EndlessBytes(Duration timePerRead) {
      this.timePerRead = timePerRead;
    }

    byte[] next() {
      elapsed = elapsed.plus(timePerRead);
      bytesRead += PART_BYTES;
      return new byte[PART_BYTES];
    }
  }

  @ParameterizedTest
  @CsvSource({"1000, 11", "2500, 5", "10001, 1"})
  void a_client_that_sends_steadily_is_read_for_ten_seconds_in_total(long millis, int reads) {
    EndlessBytes body = new EndlessBytes(Duration.ofMillis(millis));
    readToLimit(body);
    assertThat(body.bytesRead)
        .isEqualTo(reads * (long) PART_BYTES)
        .isLessThan(UnreadBody.MAX_BYTES);
    assertThat(body.elapsed).isGreaterThan(UnreadBody.MAX_TIME);
    assertThat(body.elapsed.minusMillis(millis)).isLessThanOrEqualTo(UnreadBody.MAX_TIME);
  }

  @ParameterizedTest
  @CsvSource({"0", "1"})
  void a_client_that_sends_fast_is_read_for_sixteen_mebibytes(long millis) {
    EndlessBytes body = new EndlessBytes(Duration.ofMillis(millis));
    readToLimit(body);
    assertThat(body.bytesRead).isEqualTo(UnreadBody.MAX_BYTES);
    assertThat(body.elapsed).isLessThan(UnreadBody.MAX_TIME);
  }

  private static void readToLimit(EndlessBytes body) {
    RequestBytes bytes = new RequestBytes(DataReader.create(body::next));
    try (BodyRateGuard guard = new BodyRateGuard(Limits.DEFAULT)) {
      bytes.limit(new UnreadBody.MaxRest(guard, () -> body.elapsed.toNanos()));
      assertThatThrownBy(
              () -> {
                while (true) {
                  bytes.get();
                }
              })
          .isInstanceOf(CloseConnectionException.class);
    }
  }
}
