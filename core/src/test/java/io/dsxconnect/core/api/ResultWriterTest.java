package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.record.ResultSummary;
import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.http.server.HttpServer;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Call;
import io.dsxconnect.routes.OpenApi;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records are written while they are found, and an incomplete answer never looks complete. */
class ResultWriterTest {
  static final ScanResult RECORD =
      ScanResult.of("T1", ScanResultStatus.SCANNED)
          .withRequest(ScanRequest.of("/" + "a".repeat(4_000), "m"));

  final HttpClient client = HttpClient.newHttpClient();
  @Nullable HttpServer server;

  private interface Answer {
    void write(Call call, ResultWriter.Source source) throws IOException;
  }

  private HttpResponse<String> get(String format, ResultWriter.Source source) throws Exception {
    Answer answer =
        switch (format) {
          case "list" -> (call, found) -> ResultWriter.list(call, found, 0, Long.MAX_VALUE);
          case "csv" -> (call, found) -> ResultWriter.csv(call, found, true);
          default -> ResultWriter::lines;
        };
    Route route =
        Route.get("/found", Access.VIEWER, "Found")
            .answers(200, "Found")
            .to(call -> answer.write(call, source));
    HttpServer started =
        HttpServer.start("127.0.0.1", 0, new RouteTable("", List.of(() -> List.of(route))));
    server = started;
    return client.send(
        HttpRequest.newBuilder(URI.create(started.url() + "/found")).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    client.close();
  }

  private static void pass(int records, Predicate<ScanResult> taker) {
    for (int i = 0; i < records; i++) {
      assertThat(taker.test(RECORD)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "csv", "lines"})
  void bug_an_answer_that_failed_midway_looked_complete(String format) {
    assertThatThrownBy(
            () ->
                get(
                    format,
                    ResultWriter.Source.whole(
                        taker -> {
                          pass(1_000, taker);
                          throw new RedisUnavailableException("Redis is gone", null);
                        })))
        .isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "csv", "lines"})
  void an_answer_that_fails_before_it_begins_is_an_error(String format) throws Exception {
    HttpResponse<String> answer =
        get(
            format,
            ResultWriter.Source.whole(
                taker -> {
                  pass(1, taker);
                  throw new IllegalStateException("a defect");
                }));
    assertThat(answer.statusCode()).isEqualTo(500);
  }

  @Test
  void a_search_that_ended_early_gives_the_cursor_that_goes_on() throws Exception {
    HttpResponse<String> answer =
        get(
            "list",
            (mayEnd, taker) -> {
              assertThat(mayEnd.getAsBoolean()).isTrue();
              pass(2, taker);
              return OptionalLong.of(17);
            });
    assertThat(answer.headers().firstValue("X-Search-Cursor")).hasValue("17");
    assertThat(Json.parse(answer.body().getBytes(StandardCharsets.UTF_8))).hasSize(2);
  }

  @Test
  void a_long_answer_is_sent_in_parts_and_ends_no_more_before_its_end() throws Exception {
    HttpResponse<String> answer =
        get(
            "list",
            (mayEnd, taker) -> {
              pass(1_000, taker);
              assertThat(mayEnd.getAsBoolean()).isFalse();
              pass(1_000, taker);
              return OptionalLong.empty();
            });
    assertThat(Json.parse(answer.body().getBytes(StandardCharsets.UTF_8))).hasSize(2_000);
  }

  @Test
  void the_documentation_of_a_record_has_each_of_its_fields() {
    assertThat(documented(ShownResult.class))
        .isEqualTo(names(ResultWriter.view(RECORD.beforeRetry().actedAt("t"))));
  }

  @Test
  void the_documentation_of_a_summary_has_each_of_its_fields() {
    ResultSummary summary =
        new ResultSummary(
            0, true, Map.of(), Map.of(), 0, new ResultSummary.Extent(/* kept= */ 1, 2, 3));
    assertThat(documented(ResultSummary.class))
        .contains("kept", "pruned", "newest_id")
        .isEqualTo(names(Json.tree(summary)));
  }

  private static List<String> documented(Class<?> answer) {
    Route route =
        Route.get("/found", Access.VIEWER, "Found").answers(200, "Found", answer).to(call -> {});
    JsonNode document =
        OpenApi.document(
            new RouteTable("", List.of(() -> List.of(route))),
            new OpenApi.Heading("title", "1", "summary", "group"));
    return names(document.at("/components/schemas/" + answer.getSimpleName() + "/properties"));
  }

  private static List<String> names(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }
}
