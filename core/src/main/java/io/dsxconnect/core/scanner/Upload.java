package io.dsxconnect.core.scanner;

import io.dsxconnect.core.scanner.Scanner.Submission;
import io.dsxconnect.http.client.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;

/** A file as a request's body: streamed once, never held. Each write is a step of the exchange. */
final class Upload extends AbstractHttpEntity {
  private static final int BUFFER = 64 * 1024;

  private final Submission submission;
  private final Exchange exchange;
  private final boolean repeatable;
  private long sent;
  private boolean ended;
  private @Nullable IOException sourceFailure;

  Upload(Submission submission, Exchange exchange) {
    super(ContentType.APPLICATION_OCTET_STREAM, null, submission.length() < 0);
    this.submission = submission;
    this.exchange = exchange;
    this.repeatable =
        submission.source().markSupported()
            && submission.length() >= 0
            && submission.length() < BUFFER;
    if (repeatable) {
      submission.source().mark(BUFFER);
    }
  }

  /** Bytes that were handed to the connection. */
  long sent() {
    return sent;
  }

  /** Whether the source came to its end and every byte of it was written. */
  boolean whole() {
    return ended && !exchange.answeredEarly();
  }

  /** Why the source could not be read; null while it could. */
  @Nullable IOException sourceFailure() {
    return sourceFailure;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    if (repeatable) {
      submission.source().reset();
      sent = 0;
      ended = false;
    }
    // Most files are small, and a buffer is made for each.
    byte[] buffer = new byte[bufferSize(submission.length())];
    // The time until the source gives its bytes is not the scanner's.
    exchange.end();
    while (true) {
      int n;
      try {
        n = submission.source().read(buffer);
      } catch (IOException e) {
        sourceFailure = e;
        throw e;
      }
      exchange.begin();
      if (n < 0) {
        // The step that goes on from here is the scanner's answer.
        ended = true;
        return;
      }
      out.write(buffer, 0, n);
      exchange.end();
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
    return repeatable;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public InputStream getContent() {
    return submission.source();
  }

  @Override
  public void close() {
    // The stream is its owner's to close.
  }
}
