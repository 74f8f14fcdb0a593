package io.dsxconnect.core.scanner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.Status;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.server.Bodies;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.settings.Settings;
import io.dsxconnect.standin.Behaviour;
import io.dsxconnect.standin.Behaviour.Mode;
import io.dsxconnect.standin.Standin;
import io.dsxconnect.standin.StandinSettings;
import io.dsxconnect.testing.Ports;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DsxaScannerTest {
  Standin standin;
  DsxaScanner scanner;

  @BeforeEach
  void start() {
    standin =
        Standin.start("127.0.0.1", 0, new StandinSettings("t0k", Set.of(), null, Behaviour.GOOD));
    scanner = scannerAt(standin.url(), "t0k");
  }

  static DsxaScanner scannerAt(String url, String token) {
    return new DsxaScanner(settings(url, token));
  }

  static ScannerSettings settings(String url, String token) {
    return ScannerSettings.from(
        new Settings(
            Map.of(
                "DSXCONNECT_SCANNER__SCAN_BINARY_URL",
                url + "/scan/binary/v2",
                "DSXCONNECT_SCANNER__AUTH_TOKEN",
                token,
                "DSXCONNECT_SCANNER__TIMEOUT_SECONDS",
                "10")));
  }

  @AfterEach
  void stop() {
    scanner.close();
    standin.close();
  }

  ScanOutcome scan(byte[] bytes, boolean announced) throws Scanner.SourceFailure {
    return scanner.scan(
        new Scanner.Submission(
            new ByteArrayInputStream(bytes),
            announced ? bytes.length : -1,
            "file-loc:/ä\n,b",
            null));
  }

  static byte[] eicarAt(int offset) {
    byte[] file = new byte[offset + 200];
    byte[] eicar =
        ("X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-" + "ANTIVIRUS-TEST-FILE" + "!$H+H*")
            .getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(eicar, 0, file, offset, eicar.length);
    return file;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_500, 65_536, 131_060, 1_000_000})
  void eicar_is_found_wherever_it_stands(int offset) throws Exception {
    for (boolean announced : new boolean[] {true, false}) {
      ScanOutcome outcome = scan(eicarAt(offset), announced);
      assertThat(outcome).isInstanceOf(ScanOutcome.Judged.class);
      assertThat(((ScanOutcome.Judged) outcome).response().outcome()).isEqualTo(Outcome.MALICIOUS);
    }
    assertThat(scanner.engine()).contains("NOT a scanner");
  }

  @ParameterizedTest
  @CsvSource({
    "GOOD,Judged",
    "NESTED,Judged",
    "NEW_VERDICT,Judged",
    "BUSY,Busy",
    "BROKEN,Failed",
    "UNAUTHORIZED,Unauthorized",
    "NONSENSE,Malformed",
    "EMPTY,Malformed",
    "WRONG_LENGTH,Malformed"
  })
  void every_answer_has_its_outcome(Mode mode, String outcome) throws Exception {
    standin.behave(new Behaviour(Duration.ZERO, mode));
    assertThat(scan(new byte[100_000], true).getClass().getSimpleName()).isEqualTo(outcome);
  }

  @ParameterizedTest
  @CsvSource({
    "9223372036854775807, 9007199254740991",
    "1e300,               9007199254740991",
    "-5,                  0",
    "1200,                1200"
  })
  void bug_a_duration_without_bound_is_bounded_and_its_verdict_stays(String said, long kept)
      throws Exception {
    String answer =
        "{\"scan_guid\":\"g\",\"verdict\":\"Malicious\",\"scan_duration_in_microseconds\":"
            + said
            + "}";
    ScanResponse response = ScanResponse.read(Json.parse(answer.getBytes(StandardCharsets.UTF_8)));
    assertThat(response.outcome()).isEqualTo(Outcome.MALICIOUS);
    assertThat(response.scanDurationInMicroseconds()).isEqualTo(kept);
  }

  @Test
  void an_unknown_verdict_is_kept_and_is_not_clean() throws Exception {
    standin.behave(new Behaviour(Duration.ZERO, Mode.NEW_VERDICT));
    ScanOutcome.Judged judged = (ScanOutcome.Judged) scan(new byte[10], true);
    assertThat(judged.response().verdict()).isEqualTo("Suspicious");
    assertThat(judged.response().outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  @Test
  void a_different_hash_is_detected() throws Exception {
    standin.behave(new Behaviour(Duration.ZERO, Mode.WRONG_HASH));
    ScanOutcome.Judged judged = (ScanOutcome.Judged) scan(new byte[10], true);
    assertThat(judged.response().hasHash("1".repeat(64))).isFalse();
  }

  /** Collects warnings that name an address; other tests may use other stand-ins. */
  private static final class Warnings extends Handler implements AutoCloseable {
    private static final Logger WATCHED = Logger.getLogger(DsxaScanner.class.getName());

    private final List<String> messages = new CopyOnWriteArrayList<>();

    Warnings() {
      WATCHED.addHandler(this);
    }

    List<String> of(String url) {
      return messages.stream().filter(line -> line.contains(url)).toList();
    }

    @Override
    public void publish(LogRecord line) {
      messages.add(line.getLevel() + " " + line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      WATCHED.removeHandler(this);
    }
  }

  @Test
  void an_unrequested_stand_in_is_warned_of_once_at_its_first_answer() throws Exception {
    try (Warnings warnings = new Warnings()) {
      assertThat(ScannerProbe.obstacle(scanner)).isEmpty();
      assertThat(warnings.of(standin.url()))
          .singleElement()
          .asString()
          .startsWith("WARNING the scanner at " + standin.url() + " is the stand-in")
          .endsWith("its verdicts are no verdicts");
      scan(new byte[10], true);
      scan(new byte[10], true);
      assertThat(warnings.of(standin.url())).hasSize(1);
    }
  }

  @Test
  void a_demo_is_what_was_asked_for_but_another_stand_in_that_it_is_moved_to_is_not()
      throws Exception {
    try (Standin own = Standin.start("127.0.0.1", 0, StandinSettings.DEFAULT);
        Standin other = Standin.start("127.0.0.1", 0, StandinSettings.DEFAULT);
        DsxaScanner demo = new DsxaScanner(settings("http://unused", "").demoAt(own.url()));
        Warnings warnings = new Warnings()) {
      assertThat(ScannerProbe.of(demo).status()).isEqualTo(Status.SUCCESS);
      assertThat(warnings.of(own.url())).isEmpty();
      demo.moveTo(Target.parse(other.url()).orElseThrow());
      assertThat(ScannerProbe.of(demo).status()).isEqualTo(Status.SUCCESS);
      assertThat(warnings.of(other.url())).hasSize(1);
    }
  }

  @Test
  void a_scanner_without_an_engine_name_is_not_a_stand_in() throws Exception {
    byte[] verdict =
        "{\"scan_guid\":\"g\",\"verdict\":\"Benign\",\"file_info\":{\"file_size_in_bytes\":23}}"
            .getBytes(StandardCharsets.UTF_8);
    try (HttpServer real =
            HttpServer.start(
                "127.0.0.1",
                0,
                routing ->
                    routing.post(
                        Routes.SCAN_BINARY,
                        (req, res) -> {
                          Bodies.read(req, 1000);
                          res.send(verdict);
                        }));
        DsxaScanner known = scannerAt(real.url(), "t");
        Warnings warnings = new Warnings()) {
      assertThat(ScannerProbe.of(known).status()).isEqualTo(Status.SUCCESS);
      assertThat(known.engine()).isEqualTo("DSXA");
      assertThat(warnings.of(real.url())).isEmpty();
    }
  }

  @Test
  void bug_the_patience_with_a_scanner_that_is_only_ever_busy_had_no_end() {
    standin.behave(new Behaviour(Duration.ZERO, Mode.BUSY));
    assertThat(ScannerProbe.obstacle(scanner)).isEmpty();
    assertThat(ScannerProbe.obstacleOfAnyKind(scanner)).get().asString().contains("HTTP 503");
    standin.behave(Behaviour.GOOD);
    assertThat(ScannerProbe.obstacleOfAnyKind(scanner)).isEmpty();
  }

  @Test
  void a_wrong_token_is_unauthorized() throws Exception {
    try (DsxaScanner wrong = scannerAt(standin.url(), "other")) {
      assertThat(
              wrong.scan(
                  new Scanner.Submission(new ByteArrayInputStream(new byte[1]), 1, "m", null)))
          .isInstanceOf(ScanOutcome.Unauthorized.class);
    }
  }

  @Test
  void an_address_without_a_listener_is_down() throws Exception {
    try (DsxaScanner none = scannerAt("http://127.0.0.1:" + Ports.free(), "t")) {
      assertThat(
              none.scan(
                  new Scanner.Submission(new ByteArrayInputStream(new byte[1]), 1, "m", null)))
          .isInstanceOf(ScanOutcome.Down.class);
      assertThat(none.answers()).isFalse();
    }
  }

  @Test
  @SuppressWarnings("InputStreamSlowMultibyteRead") // slow is fine here
  void a_source_that_breaks_gives_no_verdict() {
    InputStream broken =
        new InputStream() {
          int left = 200_000;

          @Override
          public int read() throws IOException {
            if (left-- <= 0) {
              throw new IOException("cut");
            }
            return 'x';
          }
        };
    for (long length : new long[] {-1, 300_000}) {
      assertThatThrownBy(() -> scanner.scan(new Scanner.Submission(broken, length, "m", null)))
          .isInstanceOf(Scanner.SourceFailure.class);
    }
  }

  @Test
  void a_measured_stream_enforces_its_length_and_limit() {
    assertThatThrownBy(
            () -> new MeasuredStream(new ByteArrayInputStream(new byte[5]), 6, 0).readAllBytes())
        .isInstanceOf(MeasuredStream.CutShort.class);
    assertThatThrownBy(
            () -> new MeasuredStream(new ByteArrayInputStream(new byte[5]), -1, 4).readAllBytes())
        .isInstanceOf(MeasuredStream.LimitExceeded.class);
  }

  @Test
  void settings_accept_the_older_names() {
    assertThat(
            ScannerSettings.from(
                    new Settings(
                        Map.of("SCAN_BINARY_URL", "http://dsxa_scanner:5000/scan/binary/v2")))
                .base())
        .hasToString("http://dsxa_scanner:5000");
  }
}
