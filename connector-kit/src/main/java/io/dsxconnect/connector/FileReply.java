package io.dsxconnect.connector;

import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.http.server.JsonAnswer;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code read_file} with exactly the announced bytes of the opened file, or with a response
 * that no core mistakes for them. The last buffer is withheld until the repository confirms that
 * the file is unchanged. A file that cannot be read is answered with an error status and a JSON
 * {@link StatusResponse}.
 */
final class FileReply {
  private static final Logger log = LoggerFactory.getLogger(FileReply.class);
  private static final int BUFFER_BYTES = 128 * 1024;

  private FileReply() {}

  static void send(Repository repository, ScanRequest request, ServerResponse res) {
    switch (repository.open(request)) {
      case Opened.Content content -> send(content, request, res);
      case Opened.Missing missing -> refuse(res, 404, request, missing.reason());
      case Opened.Denied denied -> refuse(res, 403, request, denied.reason());
      case Opened.Unavailable unavailable -> refuse(res, 503, request, unavailable.reason());
    }
  }

  private static void refuse(ServerResponse res, int status, ScanRequest request, String reason) {
    log.info("cannot read {}: {}", Printable.of(request.location()), reason);
    JsonAnswer.send(res, status, StatusResponse.error(reason, Printable.of(request.location())));
  }

  private static void send(Opened.Content content, ScanRequest request, ServerResponse res) {
    try (InputStream in = content.stream()) {
      if (content.size() > BUFFER_BYTES) {
        stream(content, in, res);
      } else {
        byte[] whole = new byte[(int) content.size()];
        readFully(whole, whole.length, in);
        requireEnd(in);
        content.unchanged().check();
        setHeaders(res, content.size());
        res.send(whole);
      }
    } catch (IOException e) {
      if (content.size() > BUFFER_BYTES) {
        log.info("reading {} was aborted: {}", Printable.of(request.location()), e.toString());
        // The headers are sent: only a closed connection shows that the content is incomplete.
        throw new CloseConnectionException("the file changed or was truncated", e);
      }
      if (res.isSent()) {
        log.warn("closing {} failed: {}", Printable.of(request.location()), e.toString());
      } else {
        // A retry may find the file unchanged. If none does, the header keeps the core from
        // counting this as a failure of the connector.
        res.header(Routes.FILE_CHANGED, "true");
        refuse(res, 503, request, String.valueOf(e.getMessage()));
      }
    }
  }

  private static void setHeaders(ServerResponse res, long size) {
    res.status(Status.OK_200);
    res.headers().set(HeaderNames.CONTENT_TYPE, "application/octet-stream");
    res.headers().set(HeaderNames.CONTENT_LENGTH, Long.toString(size));
  }

  private static void stream(Opened.Content content, InputStream in, ServerResponse res)
      throws IOException {
    setHeaders(res, content.size());
    byte[] buffer = new byte[BUFFER_BYTES];
    try (OutputStream out = res.outputStream()) {
      for (long left = content.size(); left > 0; ) {
        int count = (int) Math.min(BUFFER_BYTES, left);
        readFully(buffer, count, in);
        left -= count;
        if (left == 0) {
          requireEnd(in);
          content.unchanged().check();
        }
        out.write(buffer, 0, count);
      }
    }
  }

  /**
   * Checks for the end of the file. File systems such as procfs and FUSE may report a size of 0 or
   * an outdated one.
   */
  private static void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new IOException("the file is longer than its file system says");
    }
  }

  private static void readFully(byte[] buffer, int length, InputStream in) throws IOException {
    if (in.readNBytes(buffer, 0, length) < length) {
      throw new IOException("the file became shorter while it was read");
    }
  }
}
