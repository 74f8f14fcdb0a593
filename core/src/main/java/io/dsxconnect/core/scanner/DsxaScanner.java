package io.dsxconnect.core.scanner;

import io.dsxconnect.contract.Engine;
import io.dsxconnect.contract.FileInfo;
import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.http.Bodies;
import io.dsxconnect.http.ClientTls;
import io.dsxconnect.http.Outbound;
import io.dsxconnect.http.Target;
import io.dsxconnect.settings.Secret;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.apache.hc.core5.http.io.support.ClassicRequestBuilder;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deep Instinct DSXA over its REST API (pipeline contract, section 3). */
public final class DsxaScanner implements Scanner, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DsxaScanner.class);
  private static final int BUFFER = 64 * 1024;
  private static final int ANSWER = 1 << 20;
  private static final int METADATA = 4096;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  private final CloseableHttpClient client;
  private volatile Target base;
  private final @Nullable Secret token;
  private final ClientTls tls;
  private final @Nullable Target demo;
  private final AtomicBoolean warned = new AtomicBoolean();
  private volatile String engine = "DSXA";

  public DsxaScanner(ScannerSettings settings) {
    this.base = java.util.Objects.requireNonNull(settings.base(), "no scanner is configured");
    this.token = settings.token();
    this.tls = settings.tls();
    this.demo = settings.demo() ? base : null;
    this.client = Outbound.client(Duration.ofSeconds(3), settings.timeout(), 512, tls);
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
    base = other;
  }

  /** Whether anything accepts connections at the scanner's address, or at its proxy's. */
  public boolean answers() {
    return Outbound.accepts(tls.firstHop(base), Duration.ofSeconds(2));
  }

  @Override
  public ScanOutcome scan(Submission submission) throws SourceFailure {
    Target now = base;
    Target target = now.child(Routes.SCAN_BINARY);
    Upload upload = new Upload(submission);
    ClassicRequestBuilder request = target.request("POST", "").setEntity(upload);
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
    try {
      return client.execute(
          target.httpHost(), request.build(), response -> outcomeOf(now, response, upload.sent));
    } catch (IOException e) {
      if (upload.sourceFailure != null) {
        throw new SourceFailure(upload.sourceFailure);
      }
      return outcomeOf(e);
    }
  }

  private ScanOutcome outcomeOf(IOException e) {
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
    return new ScanOutcome.Failed(
        "the connection to the scanner broke: " + Printable.of(String.valueOf(e.getMessage())));
  }

  private ScanOutcome outcomeOf(Target from, ClassicHttpResponse response, long sent)
      throws IOException {
    Header name = response.getFirstHeader(Engine.HEADER);
    if (name != null) {
      engine = Printable.of(name.getValue());
      warnOfStandin(from);
    }
    byte[] body =
        response.getEntity() == null
            ? new byte[0]
            : Bodies.read(response.getEntity().getContent(), ANSWER);
    int code = response.getCode();
    String said = "scanner: HTTP " + code + " " + excerpt(body);
    return switch (code) {
      case 200 -> judged(body, sent);
      case 401, 403 -> new ScanOutcome.Unauthorized(said);
      case 429, 503 -> new ScanOutcome.Busy(said, retryAfter(response));
      // A 400 may carry a result: for example an archive that needs a password.
      case 400 ->
          judged(body, sent) instanceof ScanOutcome.Judged result
                  && result.response().outcome() != Outcome.BENIGN
              ? result
              : new ScanOutcome.Refused(said);
      default -> code >= 500 ? new ScanOutcome.Failed(said) : new ScanOutcome.Refused(said);
    };
  }

  /** It is easily left over from a trial, and then everything is benign. */
  private void warnOfStandin(Target from) {
    if (Engine.isStandin(engine) && !from.equals(demo) && !warned.getAndSet(true)) {
      log.warn(
          "the scanner at {} is the stand-in: it knows the EICAR test string and nothing else; its"
              + " verdicts are no verdicts",
          from);
    }
  }

  private static ScanOutcome judged(byte[] body, long sent) {
    ScanResponse response;
    try {
      response = ScanResponse.read(Json.parse(body));
    } catch (InvalidInput e) {
      return new ScanOutcome.Malformed("the scanner's answer is not readable: " + excerpt(body));
    }
    String reason = response.verdictDetails().reason();
    if (response.outcome() == Outcome.NOT_SCANNED
        && reason != null
        && reason.toLowerCase(Locale.ROOT).contains("initializing")) {
      return new ScanOutcome.Busy("the scanner is initializing", null);
    }
    FileInfo info = response.fileInfo();
    if (info != null && info.fileSizeInBytes() != null && info.fileSizeInBytes() != sent) {
      return new ScanOutcome.Malformed(
          "the scanner saw " + info.fileSizeInBytes() + " bytes, " + sent + " were sent");
    }
    return new ScanOutcome.Judged(response);
  }

  /** Whether the hash that a scanner reports, if it is one, is this one. */
  public static boolean hashAgrees(ScanResponse response, String sha256) {
    FileInfo info = response.fileInfo();
    return info == null
        || info.fileHash() == null
        || !SHA256.matcher(info.fileHash()).matches()
        || info.fileHash().equalsIgnoreCase(sha256);
  }

  private static @Nullable Duration retryAfter(ClassicHttpResponse response) {
    Header header = response.getFirstHeader("Retry-After");
    if (header == null || !header.getValue().strip().matches("[0-9]{1,4}")) {
      return null;
    }
    return Duration.ofSeconds(Long.parseLong(header.getValue().strip()));
  }

  private static String excerpt(byte[] body) {
    return Printable.of(new String(body, 0, Math.min(body.length, 200), StandardCharsets.UTF_8));
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

  /** The file as a request's body: streamed once, never held. */
  private static final class Upload extends AbstractHttpEntity {
    private final Submission submission;
    private long sent;
    private @Nullable IOException sourceFailure;

    Upload(Submission submission) {
      super(ContentType.APPLICATION_OCTET_STREAM, null, submission.length() < 0);
      this.submission = submission;
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      // Most files are small, and a buffer is made for each.
      byte[] buffer = new byte[bufferSize(submission.length())];
      while (true) {
        int n;
        try {
          n = submission.source().read(buffer);
        } catch (IOException e) {
          // Leaving by exception closes the connection before the body is whole.
          sourceFailure = e;
          throw e;
        }
        if (n < 0) {
          return;
        }
        out.write(buffer, 0, n);
        sent += n;
      }
    }

    private static int bufferSize(long length) {
      return length < 0 ? BUFFER : Math.clamp(length, 512, BUFFER);
    }

    @Override
    public long getContentLength() {
      return submission.length();
    }

    @Override
    public boolean isRepeatable() {
      return false;
    }

    @Override
    public boolean isStreaming() {
      return true;
    }

    @Override
    public java.io.InputStream getContent() {
      return submission.source();
    }

    @Override
    public void close() {
      // The stream is its owner's to close.
    }
  }
}
