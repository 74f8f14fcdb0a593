package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Invalid requests, and requests for unknown resources, are refused with the reason. */
class InvalidRequestTest extends ApiFixture {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/scan/request       |                                    | 422 | missing",
        "/scan/request       | {                                  | 422 | json_invalid",
        "/scan/request       | []                                 | 422 | model_attributes_type",
        "/scan/request       | {\"location\":1,\"metainfo\":\"x\"}| 422 | string_type",
        "/scan/request       | {\"location\":\"a\"}               | 422 | missing",
        "/scan/request       | {\"location\":\"a\",\"metainfo\":\"b\"} | 422 | value_error",
        "/scan/request       | {\"location\":\"a\",\"metainfo\":\"b\",\"connector\":null} | 422 |"
            + " model_attributes_type",
        "/scan/request_batch | {\"requests\":{}}                  | 422 | list_type",
        "/scan/request_batch | {\"requests\":[{\"location\":\"a\",\"metainfo\":\"b\"}]} | 422 |"
            + " value_error",
        "/connectors/register| {\"uuid\":\"odd\"}                 | 422 | uuid_parsing",
        "/connectors/register| {\"status\":\"odd\"}               | 422 | enum",
        "/connectors/full_scan/odd |                              | 422 | uuid_parsing",
        "/scan/jobs/J/enqueue_done | []                           | 422 | dict_type",
      })
  void an_invalid_body_is_422_with_its_location(
      String path, @Nullable String body, int status, String type) throws Exception {
    HttpResponse<String> answer = send("POST", path, body);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).at("/detail/0/type").asText()).isEqualTo(type);
    assertThat(answer.body()).doesNotContain("com.fasterxml", "java.", "io.dsxconnect");
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/nowhere,404,Not Found",
    "GET,/scan/jobs/none,404,job_not_found",
    "POST,/scan/jobs/none/pause,404,job_not_found",
    "POST,/scan/jobs/none/cancel,404,job_not_found",
    "POST,/connectors/full_scan/" + UUID_1 + ",404,No connector registered with UUID=" + UUID_1,
  })
  void an_unknown_resource_is_404(String method, String path, int status, String detail)
      throws Exception {
    HttpResponse<String> answer = send(method, path, null);
    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(json(answer).path("detail").asText()).isEqualTo(detail);
  }
}
