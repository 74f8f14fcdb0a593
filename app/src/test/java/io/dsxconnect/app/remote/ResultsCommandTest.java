package io.dsxconnect.app.remote;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.dsxconnect.contract.Routes;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import picocli.CommandLine;

/** A list is complete, however often the API ends the search for it. */
@ResourceLock(Resources.SYSTEM_OUT)
class ResultsCommandTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();

  @Test
  void a_search_that_the_api_ends_goes_on_where_it_ended() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        Routes.API + Routes.RESULTS,
        exchange -> {
          String query = exchange.getRequestURI().getQuery();
          asked.add(query);
          int page = asked.size();
          if (page < 3) {
            exchange.getResponseHeaders().set("X-Search-Cursor", "" + (100 - page));
          }
          byte[] body =
              (page == 2 ? "[]" : "[{\"id\":" + page + "}]").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      int code =
          new CommandLine(new ResultsCommand())
              .execute("list", "--text", "x", "--limit", "10", "--json", "--url", url);
      assertThat(code).isZero();
    } finally {
      System.setOut(before);
      server.stop(0);
    }
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"id\":1", "\"id\":3");
    assertThat(asked)
        .containsExactly("text=x&limit=10", "text=x&cursor=99&limit=9", "text=x&cursor=98&limit=9");
  }
}
