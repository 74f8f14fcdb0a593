package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.core.redis.Key;
import java.net.http.HttpResponse;
import java.util.List;
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
  @CsvSource({
    "item_action,explode,200",
    "extra,x,400",
    "url,http://elsewhere/,400",
    "status,ready,400"
  })
  void an_answer_to_a_change_alters_only_what_can_be_configured(
      String name, String value, int status) throws Exception {
    send("POST", "/connectors/register", connectorJson("good"));
    String before = send("GET", "/connectors/list", null).body();
    String change = "{\"" + name + "\":\"" + value + "\"}";
    assertThat(send("PUT", "/connectors/config/" + UUID_1, change).statusCode()).isEqualTo(status);
    assertThat(send("GET", "/connectors/list", null).body()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({"unauthorized,401", "forbidden,403", "proxied,407"})
  void bug_l17_a_refusal_by_a_connector_was_answered_as_one_by_this_api(String says, int status)
      throws Exception {
    send("POST", "/connectors/register", connectorJson(says));
    String path = "/connectors/config/" + UUID_1;
    for (HttpResponse<String> answer :
        List.of(
            send("GET", path, null),
            send("PUT", path, "{\"filter\":\"x\"}"),
            send("GET", "/connectors/estimate/" + UUID_1, null))) {
      assertThat(answer.statusCode()).isEqualTo(502);
      assertThat(json(answer).path("detail").asText())
          .startsWith("the connector refused the core: HTTP " + status + ": ");
    }
  }

  @Test
  void bug_secrets_that_a_connector_answers_were_passed_on() throws Exception {
    send("POST", "/connectors/register", connectorJson("talkative"));
    String path = "/connectors/config/" + UUID_1;
    for (HttpResponse<String> answer :
        List.of(send("GET", path, null), send("PUT", path, "{\"filter\":\"x\"}"))) {
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body())
          .isEqualTo(
              "{\"asset\":\"/data\",\"sas_token\":\"**********\",\"AccountKey\":\"**********\","
                  + "\"client_secret\":\"\",\"use_token\":true,"
                  + "\"endpoint\":\"https://**********@s3.example.com/b\","
                  + "\"auth\":{\"password\":[\"**********\",{\"x\":\"**********\"}]},"
                  + "\"secrets\":{\"any\":\"**********\"}}");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "file:///etc/passwd, url_not_usable",
    "ftp://h/fs, url_not_usable",
    "javascript:alert(1), url_not_usable",
    "redis://h:6379, url_not_usable",
    "//h/fs, url_not_usable",
    "h:8620/fs, url_not_usable",
    "http://me:pw@h/fs, url_not_usable",
    "http://h/fs?x, url_not_usable",
    "http://[fe80::1%1]/fs, url_not_usable",
    "http://169.254.169.254/latest, url_is_refused",
    "http://[64:ff9b::a9fe:a9fe]/fs, url_is_refused",
    "http://2852039166/fs, url_is_refused",
    "http://0.0.0.0:6379/fs, url_is_refused"
  })
  void bug_a_connector_registered_with_a_url_that_is_never_called(String url, String why)
      throws Exception {
    HttpResponse<String> answer =
        send(
            "POST",
            "/connectors/register",
            "{\"name\":\"fs\",\"uuid\":\"" + UUID_1 + "\",\"url\":\"" + url + "\"}");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).path("detail").asText()).startsWith(why);
    assertThat(send("GET", "/connectors/list", null).body()).isEqualTo("[]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<svg onload=x()></svg> | false",
        "<svg><script>x</script></svg> | false",
        "<svg><animate onbegin=x()></svg> | false",
        "<img src=x onerror=x()> | false",
        "javascript:alert(1) | false",
        "data:text/html,x | false",
        "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4= | true",
        "<svg viewBox='0 0 1 1'><path d='M0 0'></path></svg> | true",
        "S3 | true"
      })
  void bug_l21_an_icon_with_script_was_stored_and_shown(String icon, boolean kept)
      throws Exception {
    String body =
        connectorJson("good").replace("\"name\"", "\"display_icon\":\"" + icon + "\",\"name\"");
    assertThat(send("POST", "/connectors/register", body).statusCode()).isEqualTo(201);
    JsonNode listed = json(send("GET", "/connectors/list", null)).at("/0/display_icon");
    assertThat(listed.isNull()).isEqualTo(!kept);
    assertThat(send("GET", "/connectors/summary", null).body().contains(icon)).isEqualTo(kept);
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
