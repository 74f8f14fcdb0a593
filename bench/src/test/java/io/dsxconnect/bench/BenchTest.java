package io.dsxconnect.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BenchTest {
  @TempDir Path temp;

  @ParameterizedTest
  @EnumSource(Layout.class)
  void floor_and_pipeline_scan_every_file_once(Layout layout) throws Exception {
    Load load = new Load(3000, 150);
    Corpus corpus = Corpus.create(temp.resolve("corpus"), load);
    try (Pipeline pipeline =
            new Pipeline(Build.own(), corpus, layout, 4, false, temp.resolve("data"));
        Floor floor = pipeline.floor(4)) {
      Pass bare = floor.run(corpus);
      Pass whole = pipeline.run(corpus);
      assertThat(bare.files()).isEqualTo(150);
      assertThat(whole.files()).isEqualTo(150);
      assertThat(whole.cpu()).containsKeys("redis", "connector", "scanner");
    }
  }

  @Test
  void all_files_differ_and_have_the_given_size() throws Exception {
    Corpus corpus = Corpus.create(temp.resolve("corpus"), new Load(100, 600));
    assertThat(corpus.files()).hasSize(600);
    assertThat(corpus.files().stream().map(BenchTest::content).distinct()).hasSize(600);
    assertThat(corpus.files()).allSatisfy(f -> assertThat(f).hasSize(100));
  }

  private static String content(Path file) {
    try {
      return java.util.HexFormat.of().formatHex(java.nio.file.Files.readAllBytes(file));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void a_load_is_parsed_and_formatted() {
    assertThat(Load.parse("4KiB=20000"))
        .isEqualTo(new Load(4096, 20_000))
        .hasToString("20,000 x 4 KiB");
    assertThat(Load.parse("100MiB=20")).hasToString("20 x 100 MiB");
    assertThatThrownBy(() -> Load.parse("4kb=1")).hasMessageContaining("4KiB=20000");
  }

  @Test
  void the_median_of_an_even_number_of_values_is_between_the_middle_two() {
    assertThat(Report.median(new double[] {1, 2, 4, 9})).isEqualTo(3);
    assertThat(Report.median(new double[] {1, 2, 9})).isEqualTo(2);
  }
}
