package io.dsxconnect.http.server;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.http.RequestException;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one connection's requests, as they are passed to Helidon: each call returns part of
 * one head or of one body, never of two.
 *
 * <ul>
 *   <li>A chunk is passed on in the parts in which it arrives, each as a separate chunk. Helidon
 *       holds a whole chunk in memory before a handler can read its first byte, so that one chunk
 *       could fill the heap regardless of all limits of bodies.
 *   <li>A body can be read with a limit ({@link #limit}), whichever code reads it.
 *   <li>After {@link #end} nothing is passed on, so that the rest of a body that was not read is
 *       never taken for a request.
 * </ul>
 *
 * Confined to the connection's thread.
 */
final class RequestBytes implements Supplier<byte[]> {
  private static final ThreadLocal<RequestBytes> CURRENT = new ThreadLocal<>();

  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
  private static final byte[] LAST_CHUNK = {'0', '\r', '\n', '\r', '\n'};
  private static final Pattern CHUNK_SIZE = Pattern.compile("[0-9a-fA-F]{1,15}");
  private static final int MAX_CHUNK_SIZE_CHARS = 15;

  /** Checks the reading of a body. */
  interface Limit {
    /**
     * Called before each wait for bytes.
     *
     * @throws CloseConnectionException if no more may be read
     */
    void check();

    /** Called with the number of bytes that have arrived. */
    void received(int bytes);
  }

  private enum Part {
    HEAD,
    BODY_WITH_LENGTH,
    CHUNKED_BODY
  }

  private final DataReader in;
  private Part next = Part.HEAD;
  private byte[] arrived = new byte[0];
  private int position;

  /** How many bytes of {@link #HEAD_END} precede the position. */
  private int headEndMatched;

  /** Bytes that are left of the body, or of its current chunk. */
  private long left;

  private @Nullable Limit limit;
  private boolean ended;

  RequestBytes(DataReader in) {
    this.in = in;
  }

  /**
   * Returns a connection of HTTP/1.1. Must be called by the thread that handles the connection.
   *
   * @param in the bytes that the client sends
   */
  static ServerConnection connect(
      Http1ConnectionSelector http1, ConnectionContext context, DataReader in) {
    RequestBytes bytes = new RequestBytes(in);
    CURRENT.set(bytes);
    return http1.connection(new ReplacedReader(context, DataReader.create(bytes)));
  }

  /** The bytes of the connection that the current thread handles. */
  static RequestBytes current() {
    return CURRENT.get();
  }

  /** Must be called when Helidon has read the head of a request, before its body is read. */
  void expectBody(Headers headers) {
    if (headers.contains(HeaderNames.TRANSFER_ENCODING)) {
      next = Part.CHUNKED_BODY;
      left = 0;
    } else {
      left = length(headers);
      next = left > 0 ? Part.BODY_WITH_LENGTH : Part.HEAD;
    }
  }

  /** 0 if the value is not a number; the server refuses such a request. */
  private static long length(Headers headers) {
    try {
      return headers.contentLength().orElse(0);
    } catch (IllegalArgumentException e) {
      return 0;
    }
  }

  /**
   * Blocks until bytes arrive.
   *
   * @throws CloseConnectionException after {@link #end}, or if the limit is reached
   * @throws RequestException if a chunk is malformed
   */
  @Override
  public byte[] get() {
    return switch (next) {
      case HEAD -> partOfHead();
      case BODY_WITH_LENGTH -> partOfBody();
      case CHUNKED_BODY -> chunk();
    };
  }

  private byte[] partOfHead() {
    await();
    int end = position;
    while (end < arrived.length && headEndMatched < HEAD_END.length) {
      byte b = arrived[end++];
      headEndMatched = b == HEAD_END[headEndMatched] ? headEndMatched + 1 : b == '\r' ? 1 : 0;
    }
    if (headEndMatched == HEAD_END.length) {
      headEndMatched = 0;
    }
    return take(end - position);
  }

  private byte[] partOfBody() {
    await();
    byte[] part = take((int) Math.min(left, arrived.length - position));
    left -= part.length;
    if (left == 0) {
      next = Part.HEAD;
    }
    return part;
  }

  private byte[] chunk() {
    if (left == 0) {
      left = chunkSize();
      if (left == 0) {
        readNewLine();
        next = Part.HEAD;
        return LAST_CHUNK.clone();
      }
    }
    await();
    int length = (int) Math.min(left, arrived.length - position);
    ByteArrayOutputStream chunk = new ByteArrayOutputStream(length + MAX_CHUNK_SIZE_CHARS);
    chunk.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    chunk.write(arrived, position, length);
    chunk.write('\r');
    chunk.write('\n');
    position += length;
    left -= length;
    if (left == 0) {
      readNewLine();
    }
    return chunk.toByteArray();
  }

  private long chunkSize() {
    StringBuilder size = new StringBuilder();
    byte b = read();
    while (b != '\r' && size.length() <= MAX_CHUNK_SIZE_CHARS) {
      size.append((char) b);
      b = read();
    }
    if (read() != '\n' || !CHUNK_SIZE.matcher(size).matches()) {
      throw malformedChunk();
    }
    return Long.parseLong(size.toString(), 16);
  }

  private void readNewLine() {
    if (read() != '\r' || read() != '\n') {
      throw malformedChunk();
    }
  }

  private RequestException malformedChunk() {
    end();
    return RequestException.builder()
        .type(DirectHandler.EventType.BAD_REQUEST)
        .message("the chunked body is malformed")
        .setKeepAlive(false)
        .build();
  }

  private byte read() {
    await();
    return arrived[position++];
  }

  private byte[] take(int length) {
    byte[] taken = Arrays.copyOfRange(arrived, position, position + length);
    position += length;
    return taken;
  }

  /** Returns when at least one byte is there. */
  private void await() {
    if (ended) {
      throw new CloseConnectionException("the body of the last request was not read to its end");
    }
    if (position < arrived.length) {
      return;
    }
    if (limit != null) {
      limit.check();
    }
    in.ensureAvailable();
    arrived = in.readBytes(in.available());
    position = 0;
    if (limit != null) {
      limit.received(arrived.length);
    }
  }

  /** How many bytes can be read without waiting for the client. */
  int available() {
    return arrived.length - position + in.available();
  }

  /** Applies {@code max} to all further reads. */
  void limit(Limit max) {
    this.limit = max;
  }

  /** Ends the connection: each further read throws {@link CloseConnectionException}. */
  void end() {
    ended = true;
  }
}
