package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.Engine;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.http.client.ClientSettings;
import io.dsxconnect.http.client.Exchange;
import io.dsxconnect.http.client.HttpClients;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.settings.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deep Instinct DSXA over its REST API (pipeline contract, section 3). */
public final class DsxaScanner implements Scanner, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DsxaScanner.class);

  /** What does not say what it is. */
  private static final String UNNAMED = "DSXA";

  /** How many files are in work is for the worker to limit. */
  private static final int CONNECTIONS = 10_064;

  private static final byte[] HARMLESS =
      "dsx-connect healthcheck".getBytes(StandardCharsets.US_ASCII);
  private static final Duration PROBE = Duration.ofSeconds(30);
  private static final int METADATA = 4096;

  private final CloseableHttpClient client;
  private volatile Target base;
  private final @Nullable Secret token;
  private final ClientSettings connection;
  private final @Nullable Target demo;
  private final AtomicBoolean warned = new AtomicBoolean();
  private final Duration patience;
  private volatile String engine = UNNAMED;
  private volatile Runnable moved = () -> {};

  public DsxaScanner(ScannerSettings settings) {
    this.base = Objects.requireNonNull(settings.base(), "no scanner is configured");
    this.token = settings.token();
    this.connection = settings.client();
    this.demo = settings.demo() ? base : null;
    this.client =
        HttpClients.client(Duration.ofSeconds(3), settings.timeout(), CONNECTIONS, connection);
    this.patience = settings.timeout();
  }

  @Override
  public String engine() {
    return engine;
  }

  /** Where it is now. */
  public Target base() {
    return base;
  }

  /** From now on files go there. */
  public void moveTo(Target other) {
    if (!other.equals(base)) {
      base = other;
      moved.run();
    }
  }

  /** What is to happen after each move. */
  public void onMove(Runnable action) {
    moved = action;
  }

  /** Whether anything accepts connections at the scanner's address, or at its proxy's. */
  public boolean answers() {
    return HttpClients.accepts(connection.firstHop(base), Duration.ofSeconds(2));
  }

  @Override
  public ScanOutcome scan(Submission submission) throws SourceFailure {
    // A write that takes so long gets nowhere; of the answer, a byte now and then is not enough.
    try (Exchange exchange = new Exchange(patience.multipliedBy(2)).repeatable()) {
      return scan(submission, exchange);
    }
  }

  @Override
  public ScanOutcome probe() {
    Duration most = patience.compareTo(PROBE) < 0 ? patience : PROBE;
    try (Exchange exchange = new Exchange(most).silence(most, most).repeatable()) {
      return scan(
          new Submission(new ByteArrayInputStream(HARMLESS), HARMLESS.length, "healthcheck", null),
          exchange);
    } catch (SourceFailure e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private ScanOutcome scan(Submission submission, Exchange exchange) throws SourceFailure {
    Target now = base;
    Target target = now.child(Routes.SCAN_BINARY);
    ClassicRequestBuilder request = target.request("POST", "");
    if (token != null) {
      request.setHeader("AUTH_TOKEN", token.value()).setHeader("AUTH", token.value());
    }
    request.setHeader("X-Custom-Metadata", headerSafe(submission.metadata()));
    if (submission.password() != null) {
      request.setHeader(
          "scan_password",
          Base64.getEncoder()
              .encodeToString(submission.password().getBytes(StandardCharsets.UTF_8)));
    }
    Upload upload = new Upload(submission, exchange);
    return sent(now, target, request.setEntity(upload).build(), upload, exchange);
  }

  private ScanOutcome sent(
      Target now, Target target, ClassicHttpRequest request, Upload upload, Exchange exchange)
      throws SourceFailure {
    try (ClassicHttpResponse response =
        client.executeOpen(target.httpHost(), request, exchange.context())) {
      if (upload.sourceFailure() != null) {
        throw new SourceFailure(upload.sourceFailure());
      }
      ScannerAnswer answer = ScannerAnswer.of(response, exchange.answeredEarly());
      exchange.end();
      if (response.getCode() == 200) {
        engine = Objects.requireNonNullElse(answer.engine(), UNNAMED);
        warnOfStandin(now, engine);
      }
      return answer.outcome(
          upload.sent(), upload.whole(), Objects.requireNonNullElse(answer.engine(), UNNAMED));
    } catch (IOException e) {
      if (upload.sourceFailure() != null) {
        throw new SourceFailure(upload.sourceFailure());
      }
      return outcomeOf(e, exchange);
    }
  }

  private ScanOutcome outcomeOf(IOException e, Exchange exchange) {
    if (exchange.isCut()) {
      return new ScanOutcome.TimedOut(
          "the scanner took no more bytes, or did not end its answer, for too long");
    }
    if (e instanceof ConnectException
        || e instanceof UnknownHostException
        || e instanceof ConnectTimeoutException
        || e instanceof NoRouteToHostException) {
      return new ScanOutcome.Down(
          "the scanner at "
              + base
              + " does not answer: "
              + Printable.of(String.valueOf(e.getMessage())));
    }
    if (e instanceof InterruptedIOException) {
      return new ScanOutcome.TimedOut("the scanner fell silent");
    }
    return new ScanOutcome.Doubtful(
        "the connection to the scanner broke: " + Printable.of(String.valueOf(e.getMessage())),
        exchange.metStale());
  }

  /** It is easily left over from a trial, and then everything is benign. */
  private void warnOfStandin(Target from, String said) {
    if (Engine.isStandin(said) && !from.equals(demo) && !warned.getAndSet(true)) {
      log.warn(
          "the scanner at {} is the stand-in: it knows the EICAR test string and nothing else; its"
              + " verdicts are no verdicts",
          from);
    }
  }

  /**
   * Anything but visible ASCII and blanks makes the whole value percent-encoded, as DSXA's own
   * clients do.
   */
  static String headerSafe(String metadata) {
    boolean plain = metadata.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    String value =
        plain
            ? metadata
            : java.net.URLEncoder.encode(metadata, StandardCharsets.UTF_8).replace("+", "%20");
    return value.length() > METADATA ? value.substring(0, METADATA) : value;
  }

  @Override
  public void close() {
    client.close(CloseMode.GRACEFUL);
  }
}
