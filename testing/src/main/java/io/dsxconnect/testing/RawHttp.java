package io.dsxconnect.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** HTTP over one socket per call. Sends exactly the bytes that the caller supplies. */
public final class RawHttp {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private RawHttp() {}

  /**
   * An answer.
   *
   * @param status 0 when the connection ended without an answer
   * @param headers by lower-case name
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
      try {
        return MAPPER.readTree(body);
      } catch (IOException e) {
        throw new IllegalStateException(status + " " + text(), e);
      }
    }
  }

  /** Opens a connection whose reads time out after {@code silence}. */
  public static Socket connect(int port, Duration silence) throws IOException {
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) silence.toMillis());
    return socket;
  }

  /** Sends bytes and reads one answer. */
  public static Answer exchange(int port, byte[] request, Duration silence) throws IOException {
    try (Socket socket = connect(port, silence)) {
      try {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // The server refused the request before it was sent completely; its answer may have
        // arrived.
      }
      return read(socket);
    }
  }

  /** A request with a body of known length; {@code headers} end each with CRLF. */
  public static byte[] request(String method, String target, String headers, byte[] body) {
    String length = body.length == 0 ? "" : "Content-Length: " + body.length + "\r\n";
    byte[] head =
        (method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + headers + length + "\r\n")
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head);
    all.writeBytes(body);
    return all.toByteArray();
  }

  /** Reads one answer; of an event stream its head only. */
  public static Answer read(Socket socket) throws IOException {
    return read(new BufferedInputStream(socket.getInputStream()));
  }

  private static Answer read(InputStream in) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    String first;
    try {
      first = line(in);
    } catch (EOFException | java.net.SocketException e) {
      return new Answer(0, headers, new byte[0]);
    }
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (a, b) -> a + ", " + b);
    }
    int status = Integer.parseInt(first.split(" ", 3)[1]);
    if (status == 100) {
      return read(in);
    }
    if (headers.getOrDefault("content-type", "").startsWith("text/event-stream")) {
      return new Answer(status, headers, new byte[0]);
    }
    return new Answer(status, headers, body(in, headers, status));
  }

  private static byte[] body(InputStream in, Map<String, String> headers, int status)
      throws IOException {
    if (status == 204 || status / 100 == 1) {
      return new byte[0];
    }
    if (headers.getOrDefault("transfer-encoding", "").contains("chunked")) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      while (true) {
        int size = Integer.parseInt(line(in), 16);
        body.writeBytes(in.readNBytes(size));
        line(in);
        if (size == 0) {
          return body.toByteArray();
        }
      }
    }
    String length = headers.get("content-length");
    return length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
