package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest extends ApiFixture {
  private HttpResponse<String> page(String path, String known) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(api.url() + path)).header("If-None-Match", known).build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Each request read and copied a file of 1.4 MB: 200 at once filled the heap. */
  @ParameterizedTest
  @ValueSource(strings = {"/docs", "/docs/start.js", "/docs/ui.css", "/docs/ui.js"})
  void bug_h3_files_were_read_for_each_request_and_sent_to_who_had_them(String path)
      throws Exception {
    HttpResponse<String> first = page(path, "\"other\"");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.body()).isNotEmpty();
    HttpResponse<String> again = page(path, "\"other\", W/" + tag);
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    assertThat(again.headers().firstValue("ETag")).contains(tag);
  }
}
