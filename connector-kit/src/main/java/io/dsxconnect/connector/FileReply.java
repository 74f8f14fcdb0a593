package io.dsxconnect.connector;

import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.StatusResponse;
import io.dsxconnect.http.server.HttpServer;
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
 * Answers {@code read_file}: exactly the announced bytes of the file that was opened, or nothing
 * that can be taken for them. The last part is kept back until the repository says that the file is
 * unchanged. What cannot be read gets a JSON {@link StatusResponse} with an error status, which no
 * core takes for the content of a file.
 */
final class FileReply {
  private static final Logger log = LoggerFactory.getLogger(FileReply.class);
  private static final int BUFFER = 128 * 1024;

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
    log.info("not read: {}: {}", Printable.of(request.location()), reason);
    HttpServer.send(res, status, StatusResponse.error(reason, Printable.of(request.location())));
  }

  private static void send(Opened.Content content, ScanRequest request, ServerResponse res) {
    try (InputStream in = content.stream()) {
      if (content.size() > BUFFER) {
        stream(content, in, res);
      } else {
        byte[] whole = new byte[(int) content.size()];
        fill(whole, whole.length, in);
        requireEnd(in);
        content.unchanged().check();
        head(res, content.size());
        res.send(whole);
      }
    } catch (IOException e) {
      if (content.size() > BUFFER) {
        log.info("broken off: {}: {}", Printable.of(request.location()), e.toString());
        // The head is out: only a broken connection tells the reader that this is not the file.
        throw new CloseConnectionException("the file changed or was cut", e);
      }
      if (res.isSent()) {
        log.warn("closing {} failed: {}", Printable.of(request.location()), e.toString());
      } else {
        // Another try may find it at rest; if none does, the core must not take it for our failure.
        res.header(Routes.FILE_CHANGED, "true");
        refuse(res, 503, request, String.valueOf(e.getMessage()));
      }
    }
  }

  private static void head(ServerResponse res, long size) {
    res.status(Status.OK_200);
    res.headers().set(HeaderNames.CONTENT_TYPE, "application/octet-stream");
    res.headers().set(HeaderNames.CONTENT_LENGTH, Long.toString(size));
  }

  private static void stream(Opened.Content content, InputStream in, ServerResponse res)
      throws IOException {
    head(res, content.size());
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = res.outputStream()) {
      for (long left = content.size(); left > 0; ) {
        int part = (int) Math.min(BUFFER, left);
        fill(buffer, part, in);
        left -= part;
        if (left == 0) {
          requireEnd(in);
          content.unchanged().check();
        }
        out.write(buffer, 0, part);
      }
    }
  }

  /**
   * A file is whole only when its end was seen: file systems such as procfs, and some in user
   * space, give a size of 0 or an old one.
   */
  private static void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw new IOException("the file is longer than its file system says");
    }
  }

  private static void fill(byte[] buffer, int length, InputStream in) throws IOException {
    if (in.readNBytes(buffer, 0, length) < length) {
      throw new IOException("the file became shorter while it was read");
    }
  }
}
