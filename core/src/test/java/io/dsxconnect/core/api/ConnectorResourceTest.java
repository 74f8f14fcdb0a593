package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.core.redis.Key;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connectors register, are listed, scan on request, and unregister. */
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

  @Test
  void bug_a_changed_configuration_was_shown_only_after_the_next_heartbeat() throws Exception {
    send("POST", "/connectors/register", connectorJson("good"));
    String change = "{\"filter\":\"*.doc\",\"item_action\":\"delete\"}";
    assertThat(send("PUT", "/connectors/config/" + UUID_1, change).statusCode()).isEqualTo(200);
    JsonNode listed = json(send("GET", "/connectors/list", null)).get(0);
    assertThat(listed.path("filter").asText()).isEqualTo("*.doc");
    assertThat(listed.path("item_action").asText()).isEqualTo("delete");
    JsonNode shown = json(send("GET", "/connectors/summary", null)).at("/connectors/0/connector");
    assertThat(shown).isEqualTo(listed);
  }

  @ParameterizedTest
  @CsvSource({"item_action,explode", "extra,x", "url,http://elsewhere/", "status,ready"})
  void an_answer_to_a_change_alters_only_what_can_be_configured(String name, String value)
      throws Exception {
    send("POST", "/connectors/register", connectorJson("good"));
    String before = send("GET", "/connectors/list", null).body();
    String change = "{\"" + name + "\":\"" + value + "\"}";
    assertThat(send("PUT", "/connectors/config/" + UUID_1, change).statusCode()).isEqualTo(200);
    assertThat(send("GET", "/connectors/list", null).body()).isEqualTo(before);
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

  @ParameterizedTest
  @CsvSource({"?limit=5", "?job_id=other", "?batch=true"})
  void bug_another_scan_was_answered_as_if_it_were_the_active_one(String query) throws Exception {
    send("POST", "/connectors/register", connectorJson("fs"));
    String scan = "/connectors/full_scan/" + UUID_1;
    String job = send("POST", scan, null).headers().firstValue("X-Job-Id").orElseThrow();
    HttpResponse<String> another = send("POST", scan + query, null);
    assertThat(another.statusCode()).isEqualTo(409);
    assertThat(another.body()).contains("full_scan_is_active: job_id=" + job);
    assertThat(another.headers().firstValue("X-Job-Id")).hasValue(job);
    assertThat(send("POST", scan + "?job_id=" + job, null).statusCode()).isEqualTo(202);
    HttpResponse<String> forced = send("POST", scan + query + "&force=true", null);
    assertThat(forced.statusCode()).isEqualTo(202);
  }

  @Test
  void bug_a_job_did_not_keep_what_its_scan_was_started_with() throws Exception {
    String filtered =
        connectorJson("fs")
            .replace("\"name\"", "\"asset\":\"/data\",\"filter\":\"*.pdf\",\"name\"");
    send("POST", "/connectors/register", filtered);
    String scan = "/connectors/full_scan/" + UUID_1 + "?job_id=J&limit=5&started_by=a%0Ab";
    assertThat(send("POST", scan, null).statusCode()).isEqualTo(202);
    send("POST", "/connectors/register", connectorJson("fs"));
    JsonNode job = json(send("GET", "/scan/jobs/J", null));
    assertThat(job.path("scan_asset").asText()).isEqualTo("/data");
    assertThat(job.path("scan_filter").asText()).isEqualTo("*.pdf");
    assertThat(job.path("scan_limit").asText()).isEqualTo("5");
    assertThat(job.path("started_by").asText()).isEqualTo("a\\u000ab");
  }

  @Test
  void a_filter_that_changed_makes_another_scan() throws Exception {
    send("POST", "/connectors/register", connectorJson("fs"));
    String scan = "/connectors/full_scan/" + UUID_1;
    assertThat(send("POST", scan, null).statusCode()).isEqualTo(202);
    String filtered = connectorJson("fs").replace("\"name\"", "\"filter\":\"*.pdf\",\"name\"");
    send("POST", "/connectors/register", filtered);
    assertThat(send("POST", scan, null).statusCode()).isEqualTo(409);
  }

  @Test
  void a_registration_says_which_jobs_it_lists_and_the_end_of_a_listing_what_was_left_out()
      throws Exception {
    api.jobs.announce("J", UUID_1, "all", false);
    String listing = connectorJson("fs").replace("\"name\"", "\"listing_jobs\":[\"J\",7],\"name\"");
    assertThat(send("POST", "/connectors/register", listing).statusCode()).isEqualTo(201);
    assertThat(api.jobs.find("J").orElseThrow().text("begun", "")).isEqualTo("1");
    send(
        "POST",
        "/scan/jobs/J/enqueue_done",
        "{\"enqueued_total\":0,\"skipped\":3,\"errors\":1,\"error_samples\":[\"/a\\nb: denied\"],"
            + "\"left_out\":{\"links\":2,\"special\":1,\"filtered\":-1,\"other\":9}}");
    JsonNode job = json(send("GET", "/scan/jobs/J", null));
    assertThat(job.path("status").asText()).isEqualTo("incomplete");
    assertThat(job.path("reason").asText()).isEqualTo("1 could not be listed or offered");
    assertThat(job.path("left_out").toString())
        .isEqualTo("{\"links\":2,\"special\":1,\"filtered\":0,\"own\":0}");
    assertThat(job.path("listing_error_samples").toString())
        .isEqualTo("[\"/a\\\\u000ab: denied\"]");
  }

  @Test
  void bug_security_m6_a_connector_keeps_only_so_much_and_only_one_that_is_registered()
      throws Exception {
    String state = "/connectors/state/" + UUID_1 + "/feed/";
    assertThat(send("PUT", state + "a", "1").statusCode()).isEqualTo(404);
    send("POST", "/connectors/register", connectorJson("fs"));
    for (int i = 0; i < 64; i++) {
      assertThat(send("PUT", state + i, "1").statusCode()).isEqualTo(204);
    }
    assertThat(send("PUT", state + "64", "1").statusCode()).isEqualTo(413);
    assertThat(send("PUT", state + "3", "2").statusCode()).isEqualTo(204);
    assertThat(json(send("GET", state + "3", null)).path("value").asText()).isEqualTo("2");
    assertThat(send("PUT", state + "a%20b", "1").statusCode()).isEqualTo(422);
    String key = api.redis.keys().of(Key.STATES, UUID_1);
    assertThat(api.redis.<Long>call(c -> c.ttl(key))).isPositive();
  }
}
