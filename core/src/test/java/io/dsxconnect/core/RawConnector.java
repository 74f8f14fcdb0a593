package io.dsxconnect.core;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/**
 * A connector that answers {@code read_file} with exactly the bytes that a test supplies, then
 * closes the connection. It is healthy and its actions succeed.
 */
public final class RawConnector implements AutoCloseable {
  private static final String DELETED =
      "{\"status\":\"success\",\"message\":\"File deleted\",\"item_action\":\"delete\"}";

  private final ServerSocket socket;

  /** The whole answer to {@code read_file}, by location. */
  private final UnaryOperator<String> answers;

  /** The locations of all reads and actions, in order. */
  public final List<String> asked = new CopyOnWriteArrayList<>();

  public RawConnector(UnaryOperator<String> answers) {
    this.answers = answers;
    try {
      this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.startVirtualThread(this::accept);
  }

  /** A complete, valid answer with this content. */
  public static String file(String content) {
    return whole("application/octet-stream", content);
  }

  private static String whole(String type, String content) {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: "
        + type
        + "\r\nContent-Length: "
        + content.length()
        + "\r\n\r\n"
        + content;
  }

  public String url() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/raw-connector";
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.startVirtualThread(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      String answer = answer(head, client.getInputStream());
      client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // The client closed the connection.
      return;
    }
  }

  private String answer(String head, InputStream in) throws IOException {
    if (head.startsWith("GET")) {
      return whole("application/json", "{\"ok\":true}");
    }
    try {
      String location = Json.parse(body(head, in)).path("location").asText();
      asked.add(location);
      return head.startsWith("PUT") ? whole("application/json", DELETED) : answers.apply(location);
    } catch (InvalidInput e) {
      throw new IOException(e);
    }
  }

  private static String head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String all = "";
    while (!all.endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new EOFException();
      }
      head.write(b);
      all = head.toString(StandardCharsets.ISO_8859_1);
    }
    return all;
  }

  private static byte[] body(String head, InputStream in) throws IOException {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        return in.readNBytes(Integer.parseInt(line.substring(15).strip()));
      }
    }
    return new byte[0];
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
