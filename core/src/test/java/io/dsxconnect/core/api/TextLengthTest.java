package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every text of a scan request and a registration has a maximum length, as many are stored. */
class TextLengthTest extends ApiFixture {
  static final String CALLER =
      "\"location\":\"/a\",\"metainfo\":\"a\",\"connector_url\":\"http://c:1/c\"";

  @ParameterizedTest
  @CsvSource({
    "location, 16384",
    "metainfo, 4096",
    "connector_url, 2048",
    "scan_job_id, 1024",
    "job_item_id, 128",
    "scan_source, 128",
    "action_id, 128"
  })
  void bug_a_text_of_a_scan_request_had_no_maximum_length(String field, int longest)
      throws Exception {
    String others = CALLER.replaceFirst("\"" + field + "\":\"[^\"]*\",?", "");
    String separator = others.isEmpty() || others.endsWith(",") ? "" : ",";
    HttpResponse<String> answer =
        send(
            "POST",
            "/scan/request",
            "{" + others + separator + "\"" + field + "\":\"" + "x".repeat(longest + 1) + "\"}");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).at("/detail/0/type").asText()).isEqualTo("string_too_long");
    assertThat(json(answer).at("/detail/0/ctx/max_length").asInt()).isEqualTo(longest);
  }

  @ParameterizedTest
  @CsvSource({
    "name, 256",
    "display_name, 256",
    "display_icon, 8192",
    "meta_info, 8192",
    "url, 2048",
    "item_action_move_metainfo, 8192",
    "asset, 8192",
    "asset_display_name, 8192",
    "filter, 8192",
    "last_repo_check_reason, 256",
    "last_repo_check_message, 4096"
  })
  void bug_a_text_of_a_registration_had_no_maximum_length(String field, int longest)
      throws Exception {
    String begin = field.equals("url") ? "http://c/" : "";
    String text = begin + "x".repeat(longest - begin.length());
    assertThat(register(field, text).statusCode()).isEqualTo(201);
    HttpResponse<String> answer = register(field, text + "x");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).at("/detail/0/type").asText()).isEqualTo("string_too_long");
  }

  HttpResponse<String> register(String field, String value) throws Exception {
    return send("POST", "/connectors/register", "{\"" + field + "\":\"" + value + "\"}");
  }

  @Test
  void a_name_of_4096_bytes_that_are_no_utf_8_fits() throws Exception {
    String escaped = "/" + "\\udcff".repeat(4095);
    HttpResponse<String> answer =
        send("POST", "/scan/request", "{" + CALLER.replace("\"/a\"", "\"" + escaped + "\"") + "}");
    assertThat(answer.statusCode()).isEqualTo(202);
  }

  @Test
  void a_connector_has_a_size_as_a_whole_and_an_action_a_depth() throws Exception {
    String large = "x".repeat(8192);
    HttpResponse<String> answer =
        send(
            "POST",
            "/connectors/register",
            "{\"asset\":\"%1$s\",\"filter\":\"%1$s\",\"meta_info\":\"%1$s\",\"asset_display_name\":\"%1$s\"}"
                .formatted(large));
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).at("/detail/0/type").asText()).isEqualTo("too_long");

    for (String details :
        new String[] {
          "{\"d\":".repeat(8) + "1" + "}".repeat(8), "{\"d\":\"" + "x".repeat(16384) + "\"}"
        }) {
      String request = "{" + CALLER + ",\"requested_action\":{\"details\":" + details + "}}";
      assertThat(send("POST", "/scan/request", request).statusCode()).isEqualTo(422);
    }
    String sha = "{" + CALLER + ",\"content_sha256\":\"abc\"}";
    assertThat(send("POST", "/scan/request", sha).statusCode()).isEqualTo(422);
  }

  @Test
  void what_is_stored_of_a_request_has_a_size_whatever_has_to_be_escaped() throws Exception {
    String escaped = "\\u0001".repeat(16_000);
    HttpResponse<String> answer =
        send("POST", "/scan/request", "{" + CALLER.replace("\"/a\"", "\"" + escaped + "\"") + "}");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).at("/detail/0/type").asText()).isEqualTo("too_long");
  }
}
