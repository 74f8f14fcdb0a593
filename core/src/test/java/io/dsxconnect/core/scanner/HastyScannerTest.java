package io.dsxconnect.core.scanner;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.Engine;
import io.dsxconnect.settings.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A scanner that answers before it has read a file, answers without reading, or never reads. */
class HastyScannerTest {
  private static final long LARGE = 200L << 20;
  private static final String BENIGN = "{\"scan_guid\":\"g\",\"verdict\":\"Benign\"}";

  private final CountDownLatch over = new CountDownLatch(1);
  private ServerSocket server;

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    over.countDown();
    server.close();
  }

  /** Answers each connection at once, reads nothing more, and optionally closes it. */
  private void answersAtOnce(String status, String headers, String body, boolean closes) {
    Thread.startVirtualThread(
        () -> {
          while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
              // Read a part of the request, so that the answer belongs to it.
              socket.getInputStream().read(new byte[1000]);
              OutputStream out = socket.getOutputStream();
              out.write(
                  ("HTTP/1.1 "
                          + status
                          + "\r\n"
                          + headers
                          + "Content-Length: "
                          + body.length()
                          + "\r\n\r\n"
                          + body)
                      .getBytes(StandardCharsets.US_ASCII));
              out.flush();
              if (!closes) {
                over.await();
              }
            } catch (IOException e) {
              return;
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
  }

  private DsxaScanner scanner(int timeoutSeconds) {
    return new DsxaScanner(
        ScannerSettings.from(
            new Settings(
                Map.of(
                    "DSXCONNECT_SCANNER__BASE_URL",
                    "http://127.0.0.1:" + server.getLocalPort(),
                    "DSXCONNECT_SCANNER__TIMEOUT_SECONDS",
                    Integer.toString(timeoutSeconds)))));
  }

  /** A stream of zeros, generated as they are read. */
  private static InputStream zeros(long length) {
    return new InputStream() {
      private long left = length;

      @Override
      public int read() {
        return left-- > 0 ? 0 : -1;
      }

      @Override
      public int read(byte[] buffer, int off, int len) {
        int n = (int) Math.min(len, left);
        left -= n;
        return n == 0 ? -1 : n;
      }
    };
  }

  private static ScanOutcome scan(DsxaScanner scanner, long length, boolean announced)
      throws Exception {
    return scanner.scan(new Scanner.Submission(zeros(length), announced ? length : -1, "m", null));
  }

  @ParameterizedTest
  @CsvSource({
    "413 Too Large,       Refused,      true,  true",
    "413 Too Large,       Refused,      false, true",
    "413 Too Large,       Refused,      true,  false",
    "503 Busy,            Busy,         true,  true",
    "503 Busy,            Busy,         false, true",
    "429 Slow Down,       Busy,         true,  true",
    "401 Unauthorized,    Unauthorized, true,  true",
    "404 Not Found,       Doubtful,     true,  true",
    "504 Timeout,         Doubtful,     true,  true",
    "421 Misdirected,     Doubtful,     true,  true",
    "500 Broken,          Failed,       true,  true",
    "200 OK,              Failed,       true,  true",
    "200 OK,              Failed,       false, true",
  })
  void bug_what_a_scanner_said_while_a_large_file_was_sent_was_lost(
      String status, String outcome, boolean announced, boolean closes) throws Exception {
    answersAtOnce(status, "Retry-After: 7\r\n", BENIGN, closes);
    try (DsxaScanner scanner = scanner(closes ? 30 : 1)) {
      ScanOutcome found = scan(scanner, LARGE, announced);
      if (!closes) {
        // It neither reads nor closes, so its answer may or may not arrive before a write blocks.
        assertThat(found).isInstanceOfAny(ScanOutcome.TimedOut.class, ScanOutcome.Refused.class);
        return;
      }
      assertThat(found.getClass().getSimpleName()).isEqualTo(outcome);
      if (found instanceof ScanOutcome.Busy busy) {
        assertThat(busy.retryAfter()).isEqualTo(Duration.ofSeconds(7));
      }
      if (found instanceof ScanOutcome.Refused refused) {
        assertThat(refused.reason()).contains("HTTP 413");
      }
    }
  }

  @Test
  void bug_benign_was_believed_without_any_evidence() throws Exception {
    answersAtOnce("200 OK", "", BENIGN, true);
    try (DsxaScanner scanner = scanner(10)) {
      ScanOutcome outcome = scan(scanner, 100, true);
      assertThat(outcome).isInstanceOf(ScanOutcome.Unproven.class);
      assertThat(((ScanOutcome.Unproven) outcome).reason()).contains("file_size_in_bytes");
      assertThat(ScannerProbe.of(scanner).message()).contains("file_size_in_bytes");
    }
  }

  @Test
  void malicious_needs_no_evidence() throws Exception {
    answersAtOnce("200 OK", "", BENIGN.replace("Benign", "Malicious"), true);
    try (DsxaScanner scanner = scanner(10)) {
      assertThat(scan(scanner, 100, true)).isInstanceOf(ScanOutcome.Judged.class);
    }
  }

  @Test
  void bug_the_name_of_the_engine_stuck_when_another_one_answered() throws Exception {
    String judged = BENIGN.replace("}", ",\"file_info\":{\"file_size_in_bytes\":1}}");
    answersAtOnce("200 OK", Engine.HEADER + ": first\r\n", judged, true);
    try (DsxaScanner scanner = scanner(10)) {
      assertThat(engineOf(scanner)).isEqualTo("first");
      server.close();
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      answersAtOnce("200 OK", "", judged, true);
      scanner.moveTo(
          io.dsxconnect.http.client.Target.parse("http://127.0.0.1:" + server.getLocalPort())
              .orElseThrow());
      assertThat(engineOf(scanner)).isEqualTo("DSXA");
      assertThat(scanner.engine()).isEqualTo("DSXA");
    }
  }

  private static String engineOf(DsxaScanner scanner) throws Exception {
    return ((ScanOutcome.Judged)
            scanner.scan(
                new Scanner.Submission(new ByteArrayInputStream(new byte[1]), 1, "m", null)))
        .engine();
  }

  @Test
  void bug_a_scanner_that_accepts_and_never_reads_held_its_slot_for_ever() throws Exception {
    try (DsxaScanner scanner = scanner(1)) {
      // The kernel accepts the connection; no code does.
      assertThat(scan(scanner, 64L << 20, true)).isInstanceOf(ScanOutcome.TimedOut.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "7,                                7",
    "9999,                             60",
    "99999999999999999999,             60",
    "'Fri, 27 Nov 2026 12:00:30 GMT',  30",
    "'Fri, 27 Nov 2026 11:00:00 GMT',  0",
    "'Sat, 28 Nov 2026 12:00:00 GMT',  60",
    "soon,                             ",
    "-1,                               ",
  })
  void bug_retry_after_was_read_as_seconds_only_and_without_bound(String value, Long seconds) {
    assertThat(ScannerAnswer.retryAfter(value, Instant.parse("2026-11-27T12:00:00Z")))
        .isEqualTo(seconds == null ? null : Duration.ofSeconds(seconds));
  }
}
