package io.dsxconnect.core.siem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SiemEventTest {

  @Test
  void bug_an_event_with_long_texts_was_cut_by_its_receiver_before_its_verdict() throws Exception {
    String event = SiemEvent.json(malicious("/é" + "ä".repeat(12_000)), Instant.EPOCH);
    assertThat(event.length()).isLessThanOrEqualTo(60_000);
    JsonNode read = Json.parseOwn(event.getBytes(StandardCharsets.UTF_8));
    assertThat(read.path("verdict").path("verdict").asText()).isEqualTo("Malicious");
    assertThat(read.path("scan_request_task_id").asText()).isEqualTo("T1");
    assertThat(read.path("scan_request").path("location").asText())
        .startsWith("/é")
        .endsWith("...");
    assertThat(read.path("shortened").asBoolean()).isTrue();
  }

  @Test
  void an_event_of_ordinary_size_is_whole() throws Exception {
    JsonNode read =
        Json.parseOwn(
            SiemEvent.json(malicious("/a"), Instant.EPOCH).getBytes(StandardCharsets.UTF_8));
    assertThat(read.path("scan_request").path("location").asText()).isEqualTo("/a");
    assertThat(read.has("shortened")).isFalse();
  }

  private static ScanResult malicious(String location) throws Exception {
    String json =
        """
        {"id":1,"scan_request_task_id":"T1","scan_job_id":"J","status":"scanned",
         "scan_request":{"location":"%s","metainfo":"m","connector_url":"http://127.0.0.1:1/c"},
         "verdict":{"scan_guid":"g","verdict":"Malicious"}}
        """
            .formatted(location);
    return ScanResult.read(Json.parseOwn(json.getBytes(StandardCharsets.UTF_8)));
  }
}
