package io.dsxconnect.core.record;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sketch says the same as the whole record, whatever else the record contains. */
class RecordSketchTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":7,\"scan_request_task_id\":\"T\"}",
        "{\"id\":7,\"scan_request_task_id\":\"T\",\"scan_job_id\":\"J\",\"scan_request\":null,"
            + "\"verdict\":null}",
        "{\"id\":7,\"scan_request_task_id\":\"T\",\"scan_request\":{\"location\":"
            + "\"/\\\"id\\\":9/caf\\udce9\\u0000\",\"metainfo\":\"\\\"size_in_bytes\\\":3\","
            + "\"connector_url\":\"http://c/fs\",\"size_in_bytes\":5}}",
        "{\"id\":7,\"scan_request_task_id\":\"T\",\"scan_request\":{\"location\":\"/a\","
            + "\"metainfo\":\"m\",\"connector_url\":\"http://c/fs\",\"size_in_bytes\":5},"
            + "\"verdict\":{\"scan_guid\":\"g\",\"verdict\":\"Benign\",\"file_info\":{"
            + "\"file_type\":\"PE\",\"file_size_in_bytes\":10,\"additional_office_data\":"
            + "{\"id\":1,\"file_size_in_bytes\":99}},\"scan_duration_in_microseconds\":6},"
            + "\"status\":\"scanned\"}",
      })
  void it_says_the_same_as_the_whole_record(String json) {
    assertThat(RecordSketch.read(json)).hasValue(RecordSketch.of(RecordReader.parse(json)));
  }

  @Test
  void a_malformed_record_has_none() {
    assertThat(RecordSketch.read("{\"id\":7,")).isEmpty();
    assertThat(RecordSketch.read("{\"id\":\"seven\"}")).isEmpty();
  }
}
