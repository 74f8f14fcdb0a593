package io.dsxconnect.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.settings.StartFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerConcurrencyTest {
  @ParameterizedTest
  @CsvSource({"9223372036854775807, 64", "1024, 64", "400, 31", "200, 6", "100, 1"})
  void bug_edges_19_scans_at_once_did_not_depend_on_the_limit_of_open_files(
      long openFiles, int scans) {
    assertThat(WorkerConcurrency.maxScans(openFiles)).isEqualTo(scans);
  }

  @Test
  void too_low_a_limit_of_open_files_is_an_error_that_names_the_remedy() {
    WorkerConcurrency.requireOpenFiles(200);
    assertThatThrownBy(() -> WorkerConcurrency.requireOpenFiles(128))
        .isInstanceOf(StartFailure.class)
        .hasMessage(
            "this process may open only 128 files, but needs 200 or more; raise the limit, for"
                + " example with ulimit -n 1024");
  }
}
