package io.dsxconnect.http.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy that tunnels every host name to this machine, and answers plain requests itself. */
final class TestProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final String requiredHeader;
  private final String refusal;
  private final List<String> heads = new CopyOnWriteArrayList<>();

  /**
   * @param credentials {@code user:password}; empty for no authentication
   * @param refusal the answer to every CONNECT, for example {@code 403 Forbidden}; empty to tunnel
   */
  TestProxy(String credentials, String refusal) throws IOException {
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.requiredHeader =
        credentials.isEmpty()
            ? ""
            : "Proxy-Authorization: Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    this.refusal = refusal;
    Thread.startVirtualThread(this::serve);
  }

  String address() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  /** The heads of the received requests, newest last. */
  List<String> heads() {
    return heads;
  }

  private void serve() {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      String head = head(socket.getInputStream());
      heads.add(head);
      if (!head.contains(requiredHeader)) {
        answer(
            socket,
            "407 Proxy Authentication Required",
            "Proxy-Authenticate: Basic realm=\"p\"\r\n",
            "");
      } else if (!head.startsWith("CONNECT ")) {
        answer(socket, "200 OK", "", "by proxy");
      } else if (!refusal.isEmpty()) {
        answer(socket, refusal, "", "said by the proxy");
      } else {
        tunnel(socket, Integer.parseInt(head.substring(head.indexOf(':') + 1).split(" ", 2)[0]));
      }
    } catch (IOException e) {
      // One side has closed its connection, so the other is closed too.
    }
  }

  private static void tunnel(Socket client, int port) throws IOException {
    try (Socket server = new Socket(InetAddress.getLoopbackAddress(), port)) {
      client
          .getOutputStream()
          .write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Thread.startVirtualThread(
          () -> {
            try (OutputStream out = client.getOutputStream()) {
              server.getInputStream().transferTo(out);
            } catch (IOException e) {
              // One side has closed its connection.
            }
          });
      client.getInputStream().transferTo(server.getOutputStream());
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("closed");
      }
      head.append((char) b);
    }
    return head.toString();
  }

  private static void answer(Socket socket, String status, String header, String body)
      throws IOException {
    socket
        .getOutputStream()
        .write(
            ("HTTP/1.1 "
                    + status
                    + "\r\n"
                    + header
                    + "Content-Length: "
                    + body.length()
                    + "\r\nConnection: close\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    listening.close();
  }
}
