package io.dsxconnect.app.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartFileTest {
  @TempDir Path dir;

  @Test
  void a_complete_file_takes_its_name_and_only_its_owner_may_read_it() throws IOException {
    Path file = dir.resolve("r.ndjson");
    try (PartFile part = new PartFile(file)) {
      part.append("{}");
      assertThat(file).doesNotExist();
      part.complete();
    }
    assertThat(file).hasContent("{}");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(names()).containsExactly("r.ndjson");
  }

  @Test
  void bug_the_file_beside_the_report_was_opened_through_a_link() throws IOException {
    Path victim = Files.writeString(dir.resolve("victim"), "kept");
    Files.createSymbolicLink(dir.resolve("r.csv.part"), victim);
    try (PartFile part = new PartFile(dir.resolve("r.csv"))) {
      part.append("x");
    }
    assertThat(victim).hasContent("kept");
    assertThat(names()).containsExactlyInAnyOrder("victim", "r.csv.part");
  }

  @Test
  void a_file_that_cannot_be_created_is_one_line() {
    assertThatThrownBy(() -> new PartFile(dir.resolve("no/such/r.csv")))
        .isInstanceOf(StartFailure.class)
        .hasMessageEndingWith("r.csv: its folder does not exist");
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList().stream();
    }
  }
}
