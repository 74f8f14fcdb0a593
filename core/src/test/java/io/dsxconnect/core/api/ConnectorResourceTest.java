package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connectors come, are listed, are told to scan, and go. */
class ConnectorResourceTest extends ApiFixture {
  @Test
  void a_connector_registers_is_listed_scans_and_unregisters() throws Exception {
    HttpResponse<String> first = send("POST", "/connectors/register", connectorJson("fs"));
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(json(first).path("message").asText()).isEqualTo("registered");
    assertThat(send("POST", "/connectors/register", connectorJson("fs")).statusCode())
        .isEqualTo(200);
    assertThat(json(send("GET", "/connectors/list", null)).at("/0/uuid").asText())
        .isEqualTo(UUID_1);

    HttpResponse<String> scan = send("POST", "/connectors/full_scan/" + UUID_1, null);
    assertThat(scan.statusCode()).isEqualTo(202);
    String job = scan.headers().firstValue("X-Job-Id").orElseThrow();
    assertThat(json(scan).path("description").asText()).isEqualTo("job_id=" + job);
    HttpResponse<String> again = send("POST", "/connectors/full_scan/" + UUID_1, null);
    assertThat(again.headers().firstValue("X-Job-Id")).hasValue(job);
    assertThat(send("POST", "/scan/jobs/" + job + "/enqueue_done", "{\"enqueued_total\":0}").body())
        .isEqualTo("{\"ok\":true}");
    assertThat(json(send("GET", "/scan/jobs/" + job, null)).path("status").asText())
        .isEqualTo("completed");

    assertThat(send("DELETE", "/connectors/unregister/" + UUID_1, null).statusCode())
        .isEqualTo(204);
    assertThat(send("DELETE", "/connectors/unregister/" + UUID_1, null).statusCode())
        .isEqualTo(204);
    assertThat(send("GET", "/connectors/list", null).body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource({"broken,500", "error,202"})
  void bug_a_full_scan_that_the_connector_does_not_begin_leaves_no_open_job(String says, int status)
      throws Exception {
    send("POST", "/connectors/register", connectorJson(says));
    assertThat(send("POST", "/connectors/full_scan/" + UUID_1 + "?job_id=J", null).statusCode())
        .isEqualTo(status);
    assertThat(json(send("GET", "/scan/jobs/J", null)).path("status").asText())
        .isEqualTo("cancelled");
    assertThat(api.jobs.find("J").orElseThrow().finished()).isTrue();
  }
}
