package io.dsxconnect.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A server whose process may open only {@value #MAX_OPEN_FILES} files. */
@DisabledOnOs(OS.WINDOWS)
class FewFilesTest {
  private static final int MAX_OPEN_FILES = 100;
  private static final String CLASS_PATH =
      System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

  private final List<Socket> sockets = new ArrayList<>();
  private Process process;
  private int port;

  /** The server process: its limit on connections is far above its limit on files. */
  public static void main(String[] arguments) {
    Limits limits =
        new Limits(Duration.ofMinutes(2), Duration.ofSeconds(30), 8192, 2048, 1024 * 1024);
    HttpServer server =
        HttpServer.start(
            "127.0.0.1",
            0,
            limits,
            routing -> routing.get("/healthz", (req, res) -> JsonAnswer.send(res, 200, "well")));
    System.out.println(server.port());
  }

  @BeforeEach
  void start() throws IOException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    process =
        new ProcessBuilder(
                "sh",
                "-c",
                "ulimit -n " + MAX_OPEN_FILES + "; exec \"$@\"",
                "sh",
                java.toString(),
                "-cp",
                CLASS_PATH,
                FewFilesTest.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    port =
        Integer.parseInt(
            new BufferedReader(
                    new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                .readLine());
  }

  @AfterEach
  void stop() throws Exception {
    for (Socket socket : sockets) {
      socket.close();
    }
    process.destroyForcibly();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(10_000);
    sockets.add(socket);
    return socket;
  }

  private static String health(Socket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
  }

  @Test
  void bug_edges_19_a_listener_that_found_no_file_to_open_never_listened_again() throws Exception {
    Socket first = connect();
    Socket second = connect();
    assertThat(health(first)).isEqualTo("HTTP/1.1 200");
    for (int i = 0; i < 2 * MAX_OPEN_FILES; i++) {
      connect();
    }
    // The process is at its limit of files, but still serves the open connections.
    assertThat(health(second)).isEqualTo("HTTP/1.1 200");
    for (Socket socket : sockets) {
      socket.close();
    }
    assertThat(health(connect())).isEqualTo("HTTP/1.1 200");
  }
}
