package io.dsxconnect.core.scanner;

import com.google.errorprone.annotations.ThreadSafe;
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

/**
 * Scans files with Deep Instinct DSXA over its REST API, see docs/wire.md, "Scanner protocol
 * (DSXA)". Thread-safe.
 */
@ThreadSafe
public final class DsxaScanner implements Scanner, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DsxaScanner.class);

  /** The label of an engine that does not report its name. */
  private static final String DEFAULT_ENGINE = "DSXA";

  /** Never the bottleneck: the worker limits the files in work. */
  private static final int MAX_CONNECTIONS = 10_064;

  private static final byte[] PROBE_CONTENT =
      "dsx-connect healthcheck".getBytes(StandardCharsets.US_ASCII);
  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(30);
  private static final int MAX_METADATA_CHARS = 4096;

  private final CloseableHttpClient client;
  private volatile Target base;
  private final @Nullable Secret token;
  private final ClientSettings connection;
  private final @Nullable Target demo;
  private final AtomicBoolean warned = new AtomicBoolean();
  private final Duration timeout;
  private volatile String engine = DEFAULT_ENGINE;
  private volatile Runnable afterMove = () -> {};

  /**
   * @throws NullPointerException when the settings name no scanner
   */
  public DsxaScanner(ScannerSettings settings) {
    this.base = Objects.requireNonNull(settings.base(), "no scanner is configured");
    this.token = settings.token();
    this.connection = settings.client();
    this.demo = settings.demo() ? base : null;
    this.client =
        HttpClients.client(Duration.ofSeconds(3), settings.timeout(), MAX_CONNECTIONS, connection);
    this.timeout = settings.timeout();
  }

  @Override
  public String engine() {
    return engine;
  }

  /** The current address. */
  public Target base() {
    return base;
  }

  /** Sends files to another address from now on. Scans in work are not affected. */
  public void moveTo(Target other) {
    if (!other.equals(base)) {
      base = other;
      afterMove.run();
    }
  }

  /** Sets the action that runs after each change of the address, on the thread that changes it. */
  public void onMove(Runnable action) {
    afterMove = action;
  }

  /** Whether the scanner's address, or its proxy's, accepts connections. Blocks for at most 2 s. */
  public boolean answers() {
    return HttpClients.accepts(connection.firstHop(base), Duration.ofSeconds(2));
  }

  @Override
  public ScanOutcome scan(Submission submission) throws SourceFailure {
    // The limit of each write and of the whole answer: single bytes now and then do not extend it.
    try (Exchange exchange = new Exchange(timeout.multipliedBy(2)).repeatable()) {
      return scan(submission, exchange);
    }
  }

  @Override
  public ScanOutcome probe() {
    Duration limit = timeout.compareTo(PROBE_TIMEOUT) < 0 ? timeout : PROBE_TIMEOUT;
    try (Exchange exchange = new Exchange(limit).silence(limit, limit).repeatable()) {
      return scan(
          new Submission(
              new ByteArrayInputStream(PROBE_CONTENT), PROBE_CONTENT.length, "healthcheck", null),
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
        engine = Objects.requireNonNullElse(answer.engine(), DEFAULT_ENGINE);
        warnOfStandin(now, engine);
      }
      return answer.outcome(
          upload.sent(),
          upload.whole(),
          Objects.requireNonNullElse(answer.engine(), DEFAULT_ENGINE));
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
          "the scanner accepted no more data, or did not complete its answer, in time");
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
      return new ScanOutcome.TimedOut("the scanner sent no data within the timeout");
    }
    return new ScanOutcome.Doubtful(
        "the connection to the scanner broke: " + Printable.of(String.valueOf(e.getMessage())),
        exchange.metStale());
  }

  /** A stand-in is easily left over from a trial, and finds everything but EICAR benign. */
  private void warnOfStandin(Target from, String engine) {
    if (Engine.isStandin(engine) && !from.equals(demo) && !warned.getAndSet(true)) {
      log.warn(
          "the scanner at {} is the stand-in: it knows the EICAR test string and nothing else; its"
              + " verdicts are no verdicts",
          from);
    }
  }

  /**
   * Percent-encodes the whole value when it has other characters than visible ASCII and spaces, as
   * DSXA's own clients do. Cuts it to 4,096 characters.
   */
  static String headerSafe(String metadata) {
    boolean plain = metadata.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
    String value =
        plain
            ? metadata
            : java.net.URLEncoder.encode(metadata, StandardCharsets.UTF_8).replace("+", "%20");
    return value.length() > MAX_METADATA_CHARS ? value.substring(0, MAX_METADATA_CHARS) : value;
  }

  @Override
  public void close() {
    client.close(CloseMode.GRACEFUL);
  }
}
