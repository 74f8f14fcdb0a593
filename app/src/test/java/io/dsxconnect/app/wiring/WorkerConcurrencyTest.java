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
  void bug_edges_19_scans_at_once_did_not_depend_on_how_many_files_may_be_open(
      long files, int scans) {
    assertThat(WorkerConcurrency.scansAtOnce(files)).isEqualTo(scans);
  }

  @Test
  void too_few_files_are_an_error_that_says_what_to_do() {
    WorkerConcurrency.requireFiles(200);
    assertThatThrownBy(() -> WorkerConcurrency.requireFiles(128))
        .isInstanceOf(StartFailure.class)
        .hasMessage(
            "this process may open 128 files only, and needs 200 or more; raise the limit, for"
                + " example with ulimit -n 1024");
  }
}
