package io.dsxconnect.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.core.redis.Key;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files are accepted one by one and in batches, and a repeat once. */
class ScanResourceTest extends ApiFixture {
  @Test
  void a_body_without_content_type_is_json_and_the_answer_names_the_task() throws Exception {
    HttpResponse<String> answer = send("POST", "/scan/request", requestJson("J", "/data/a"));
    assertThat(answer.statusCode()).isEqualTo(202);
    String location = answer.headers().firstValue("Location").orElseThrow();
    String task = location.substring(location.lastIndexOf('/') + 1);
    assertThat(location).startsWith(P + "/scan/request/");
    assertThat(json(answer).path("message").asText()).isEqualTo("Scan task ID: " + task);
    assertThat(json(answer).path("description").asText())
        .isEqualTo("Scan task queued for connector: " + connector.url("fs"));
    assertThat(json(send("GET", "/scan/jobs/J", null)).at("/ledger/accepted").asLong())
        .isEqualTo(1);
  }

  @Test
  void a_batch_reports_how_many_were_queued_and_a_paused_or_cancelled_job_refuses_them()
      throws Exception {
    String batch =
        "{\"requests\":["
            + requestJson("J", "/a")
            + ","
            + requestJson("J", "/b")
            + "],\"batch_size\":2}";
    HttpResponse<String> answer = send("POST", "/scan/request_batch", batch);
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(json(answer).path("queued_items").asInt()).isEqualTo(2);
    assertThat(json(answer).path("task_ids")).hasSize(2);

    assertThat(send("POST", "/scan/jobs/J/pause", null).body()).isEqualTo("{\"ok\":true}");
    assertThat(send("POST", "/scan/request_batch", batch).statusCode()).isEqualTo(409);
    HttpResponse<String> held = send("POST", "/scan/request", requestJson("J", "/c"));
    assertThat(held.statusCode()).isEqualTo(409);
    assertThat(held.body())
        .isEqualTo(
            "{\"status\":\"error\",\"message\":\"Job"
                + " paused/cancelled\",\"description\":\"scan_job_id=J\",\"id\":null,\"preview\":null}");
    JsonNode raw = json(send("GET", "/scan/jobs/J/raw", null));
    assertThat(raw.at("/data/paused").asText()).isEqualTo("1");
    assertThat(raw.path("key").asText()).isEqualTo("dsxconnect:job:J");

    assertThat(send("POST", "/scan/jobs/J/cancel", null).statusCode()).isEqualTo(200);
    JsonNode job = json(send("GET", "/scan/jobs/J", null));
    assertThat(job.at("/ledger/cancelled").asInt()).isEqualTo(2);
    assertThat(job.at("/ledger/balanced").asBoolean()).isTrue();
    assertThat(job.path("status").asText()).isEqualTo("cancelled");
  }

  @Test
  void a_repeat_with_the_same_idempotency_key_gets_the_same_task() throws Exception {
    String without =
        "{\"connector_url\":\"http://127.0.0.1:1/fs\",\"location\":\"/a\",\"metainfo\":\"a\"}";
    String first = send("POST", "/scan/request", without, "Idempotency-Key", "k").body();
    assertThat(send("POST", "/scan/request", without, "Idempotency-Key", "k").body())
        .isEqualTo(first);
    assertThat(json(send("GET", "/scan/jobs", null))).hasSize(1);
  }

  @Test
  void bug_a_repeat_with_the_same_key_was_taken_in_again_when_the_connector_was_seen_meanwhile()
      throws Exception {
    List<String> answers = new ArrayList<>();
    for (String seen : new String[] {"1", "2"}) {
      String file =
          requestJson("J", "/a")
              .replace("\"name\"", "\"last_repo_check_ts\":" + seen + ",\"name\"");
      answers.add(send("POST", "/scan/request", file, "Idempotency-Key", "one").body());
      String both = "{\"requests\":[" + file + "," + file + "]}";
      answers.add(send("POST", "/scan/request_batch", both, "Idempotency-Key", "both").body());
    }
    assertThat(answers.subList(2, 4)).isEqualTo(answers.subList(0, 2));
    assertThat(api.jobs.find("J").orElseThrow().ledger().accepted()).isEqualTo(3);
  }

  @Test
  void connectors_that_differ_within_a_batch_are_not_taken_for_a_repeat() throws Exception {
    String file = requestJson("J", "/a");
    String both = "{\"requests\":[" + file + "," + file.replace("\"fs\"", "\"other\"") + "]}";
    HttpResponse<String> first =
        send("POST", "/scan/request_batch", both, "Idempotency-Key", "differ");
    assertThat(json(first).path("queued_items").asInt()).isEqualTo(2);
    assertThat(send("POST", "/scan/request_batch", both, "Idempotency-Key", "differ").body())
        .isEqualTo(first.body());
  }

  @Test
  void bug_one_bad_item_refused_its_whole_batch() throws Exception {
    String deep = "{\"d\":".repeat(50) + "1" + "}".repeat(50);
    String bad =
        "7,{\"location\":1},"
            + requestJson("J", "/b").replace("\"metainfo\"", "\"x\":" + deep + ",\"metainfo\"")
            + ","
            + requestJson("J", "/c").replace("\"metainfo\"", "\"location\":\"\",\"metainfo\"")
            + ",";
    String batch =
        "{\"requests\":[" + requestJson("J", "/a") + "," + bad + requestJson("J", "/z") + "]}";
    for (int again = 0; again < 2; again++) {
      HttpResponse<String> answer =
          send("POST", "/scan/request_batch", batch, "Idempotency-Key", "with-bad-ones");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      assertThat(json(answer).path("queued_items").asInt()).isEqualTo(2);
      assertThat(json(answer).path("refused_items")).hasSize(4);
      assertThat(json(answer).at("/refused_items/0/index").asInt()).isEqualTo(1);
      assertThat(json(answer).at("/refused_items/1/reason").asText())
          .contains("body.requests.2.location: Input should be a valid string");
    }
    // Items without a job count to the batch's only job; a repeat counts nothing.
    JsonNode job = json(send("GET", "/scan/jobs/J", null));
    assertThat(job.path("refused_items").asText()).isEqualTo("4");
    assertThat(job.at("/ledger/accepted").asInt()).isEqualTo(2);
  }

  @Test
  void a_batch_of_which_nothing_can_be_taken_is_422_and_counted() throws Exception {
    send("POST", "/scan/request", requestJson("J", "/a"));
    HttpResponse<String> answer =
        send(
            "POST",
            "/scan/request_batch",
            "{\"requests\":[{\"scan_job_id\":\"J\"},{\"scan_job_id\":\"none\"}]}");
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(json(answer).at("/detail/0/loc").toString())
        .isEqualTo("[\"body\",\"requests\",0,\"location\"]");
    assertThat(json(send("GET", "/scan/jobs/J", null)).path("refused_items").asText())
        .isEqualTo("1");
    assertThat(send("GET", "/scan/jobs/none", null).statusCode()).isEqualTo(404);
    assertThat(
            send("POST", "/scan/request", "{\"scan_job_id\":\"J\",\"a\":1,\"a\":2}").statusCode())
        .isEqualTo(422);
    assertThat(json(send("GET", "/scan/jobs/J", null)).path("refused_items").asText())
        .isEqualTo("2");
  }

  @Test
  void bug_a_batch_size_of_none_and_a_long_job_name_refused_the_request() throws Exception {
    String file = requestJson("J", "/a");
    for (String size : new String[] {"0", "-1", "9999"}) {
      HttpResponse<String> answer =
          send(
              "POST",
              "/scan/request_batch",
              "{\"batch_size\":" + size + ",\"requests\":[" + file + "]}",
              "X-Job-Name",
              "n".repeat(300));
      assertThat(answer.statusCode()).isEqualTo(202);
      assertThat(json(answer).path("batch_size").asInt()).isIn(10, 1, 100);
    }
    assertThat(json(send("GET", "/scan/jobs/J", null)).path("job_name").asText())
        .isEqualTo("n".repeat(200));
  }

  @Test
  void bug_raw_and_the_job_lacked_fields_that_clients_of_the_original_read() throws Exception {
    send("POST", "/scan/request", requestJson("J", "/a"));
    JsonNode raw = json(send("GET", "/scan/jobs/J/raw", null)).path("data");
    for (String field :
        new String[] {"enqueued_count", "processed_count", "succeeded_count", "verdict_benign"}) {
      assertThat(raw.path(field).isTextual()).as(field).isTrue();
    }
    String key = api.redis.keys().of(Key.JOB, "J");
    api.redis.call(
        c -> c.hset(key, java.util.Map.of("first_terminal_at", "5", "last_terminal_at", "9")));
    JsonNode job = json(send("GET", "/scan/jobs/J", null));
    assertThat(job.path("first_completed_at").asText()).isEqualTo("5");
    assertThat(job.path("last_completed_at").asText()).isEqualTo("9");
  }

  @Test
  void bug_a_list_that_went_on_after_a_job_which_is_gone_was_empty() throws Exception {
    send("POST", "/scan/request", requestJson("J", "/a"));
    assertThat(send("GET", "/scan/jobs?cursor=J", null).body()).isEqualTo("[]");
    HttpResponse<String> gone = send("GET", "/scan/jobs?cursor=K", null);
    assertThat(gone.statusCode()).isEqualTo(422);
    assertThat(gone.body()).contains("cursor_is_gone");
  }
}
