package io.dsxconnect.core.scanner;

import io.dsxconnect.core.scanner.Scanner.Submission;
import io.dsxconnect.http.client.Exchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.AbstractHttpEntity;
import org.jspecify.annotations.Nullable;

/**
 * A file as a request body, streamed through a buffer of at most 64 KiB. Each write is a step of
 * the exchange. A file smaller than the buffer whose source supports marks can be sent again.
 * Confined to one thread.
 */
final class Upload extends AbstractHttpEntity {
  private static final int BUFFER_BYTES = 64 * 1024;

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
            && submission.length() < BUFFER_BYTES;
    if (repeatable) {
      submission.source().mark(BUFFER_BYTES);
    }
  }

  /** Bytes written to the connection. */
  long sent() {
    return sent;
  }

  /** Whether the source was read to its end and all of it was written before any answer. */
  boolean whole() {
    return ended && !exchange.answeredEarly();
  }

  /** The failure of the source; null when it had none. */
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
    // One buffer per file, and most files are small.
    byte[] buffer = new byte[bufferSize(submission.length())];
    // Time spent waiting for the source does not count against the scanner.
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
        // The step that begins here lasts until the scanner's answer.
        ended = true;
        return;
      }
      out.write(buffer, 0, n);
      exchange.end();
      sent += n;
    }
  }

  private static int bufferSize(long length) {
    return length < 0 ? BUFFER_BYTES : Math.clamp(length, 512, BUFFER_BYTES);
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
    // The caller of the scan closes the source.
  }
}
