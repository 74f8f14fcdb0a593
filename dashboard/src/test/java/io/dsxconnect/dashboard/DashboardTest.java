package io.dsxconnect.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.http.server.HttpServer;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DashboardTest {
  private static final Pattern ASSET = Pattern.compile("(?:href|src)=\"(/assets/[^\"]+)\"");

  private static HttpServer server;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    server = HttpServer.start("127.0.0.1", 0, new Dashboard("1.2.3"));
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.url() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/connectors", "/jobs", "/jobs/a%2Fb", "/results", "/dead-letters"})
  void every_address_of_a_page_answers_with_the_document(String path) throws Exception {
    HttpResponse<byte[]> answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(text(answer.body())).startsWith("<!doctype html>").doesNotContain("{assets}");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'")
        .doesNotContain("unsafe");
  }

  @Test
  void every_file_of_the_document_is_served_and_kept_by_the_browser() throws Exception {
    Matcher assets = ASSET.matcher(text(get("/").body()));
    int found = 0;
    while (assets.find()) {
      HttpResponse<byte[]> answer = get(assets.group(1));
      assertThat(answer.statusCode()).as(assets.group(1)).isEqualTo(200);
      assertThat(answer.headers().firstValue("Cache-Control"))
          .hasValueSatisfying(value -> assertThat(value).contains("immutable"));
      found++;
    }
    assertThat(found).isGreaterThan(20);
  }

  @Test
  void a_client_that_accepts_gzip_gets_fewer_bytes_with_the_same_content() throws Exception {
    Matcher assets = ASSET.matcher(text(get("/").body()));
    assertThat(assets.results().map(found -> found.group(1)))
        .filteredOn(path -> path.endsWith("components.css"))
        .singleElement()
        .satisfies(
            path -> {
              HttpResponse<byte[]> plain = get(path);
              HttpResponse<byte[]> small = get(path, "Accept-Encoding", "br, gzip;q=0.5");
              assertThat(small.headers().firstValue("Content-Encoding")).contains("gzip");
              assertThat(small.body().length).isLessThan(plain.body().length / 2);
              try (GZIPInputStream in =
                  new GZIPInputStream(new ByteArrayInputStream(small.body()))) {
                assertThat(in.readAllBytes()).isEqualTo(plain.body());
              }
              assertThat(small.headers().firstValue("ETag"))
                  .isNotEqualTo(plain.headers().firstValue("ETag"));
              assertThat(get(path, "Accept-Encoding", "gzip;q=0").body()).isEqualTo(plain.body());
              String tag = small.headers().firstValue("ETag").orElseThrow();
              assertThat(get(path, "Accept-Encoding", "gzip", "If-None-Match", tag).statusCode())
                  .isEqualTo(304);
            });
  }

  private static HttpResponse<byte[]> send(String method, String path, String... headers)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .headers(headers)
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void bug_head_of_a_page_and_of_a_file_was_not_found() throws Exception {
    Matcher asset = ASSET.matcher(text(get("/").body()));
    assertThat(asset.find()).isTrue();
    for (String path : List.of("/", "/jobs/4711", asset.group(1))) {
      for (String coding : List.of("identity", "gzip")) {
        HttpResponse<byte[]> whole = get(path, "Accept-Encoding", coding);
        HttpResponse<byte[]> head = send("HEAD", path, "Accept-Encoding", coding);
        assertThat(head.statusCode()).as(path).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : List.of("Content-Type", "Content-Length", "ETag", "Cache-Control")) {
          assertThat(head.headers().firstValue(name))
              .as("%s of %s", name, path)
              .isEqualTo(whole.headers().firstValue(name))
              .isPresent();
        }
      }
    }
  }

  @Test
  void bug_a_browser_got_json_at_an_address_without_a_page() throws Exception {
    for (String path : List.of("/nothing", "/jobs/4711/nothing", "/results/")) {
      HttpResponse<byte[]> answer = get(path, "Accept", "text/html,application/xhtml+xml");
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(text(answer.body())).startsWith("<!doctype html>");
      assertThat(answer.headers().firstValue("Content-Security-Policy")).isPresent();
    }
    assertThat(send("HEAD", "/nothing", "Accept", "text/html").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dsx-connect/api/v1/nothing", "/assets/0/app.js", "/nothing"})
  void what_is_no_page_is_answered_with_json(String path) throws Exception {
    String accepted = path.equals("/nothing") ? "*/*" : "text/html, */*";
    HttpResponse<byte[]> answer = get(path, "Accept", accepted);
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(text(answer.body())).isEqualTo("{\"detail\":\"Not Found\"}");
  }

  @Test
  @Timeout(20)
  void bug_a_long_weight_of_a_coding_kept_the_server_busy_for_minutes() throws Exception {
    String endless = "gzip;q=." + "1".repeat(7000) + "x";
    for (int i = 0; i < 8; i++) {
      assertThat(get("/", "Accept-Encoding", endless).headers().firstValue("Content-Encoding"))
          .isEmpty();
    }
  }

  @Test
  void another_version_has_other_addresses() {
    SiteFiles files = SiteFiles.read();
    assertThat(files.digest("1.2.3")).isNotEqualTo(files.digest("1.2.4")).hasSize(16);
  }

  @Test
  void no_file_refers_to_another_origin() {
    SiteFiles.read()
        .assets()
        .forEach(
            (name, content) -> {
              if (name.endsWith(".js") && !name.startsWith("lib/")) {
                assertThat(text(content))
                    .as(name)
                    .doesNotContainPattern("https?://(?!127\\.0\\.0\\.1|localhost|dsxa:)[a-z]");
              }
            });
  }
}
