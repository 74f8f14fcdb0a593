package io.dsxconnect.connector.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilterTest {

  /** Rows: filter | accepted paths | rejected paths; paths separated by semicolons. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "|a/b/c.txt;.hidden|",
        "*|top.txt;.hidden|sub/top.txt",
        "prefix/**|prefix/a;prefix/a/b/c|a/prefix/x;prefix",
        "sub1|sub1/a.txt;sub1/x/y/z.txt;sub1|sub2/a.txt;a/sub1/n.txt",
        "sub1/|sub1/a.txt;sub1/x/y/z.txt|sub2/a.txt;a/sub1/n.txt;sub1",
        "/sub1|sub1/a.txt;sub1/x/y/z.txt|sub2/a.txt;a/sub1/n.txt",
        "sub1/*|sub1/a.txt|sub1/x/y.txt",
        "sub1/sub2|sub1/sub2/v.txt;sub1/sub2/d/w.txt|sub1/a.txt",
        "*.zip,*.docx|top.zip;sub1/deep/a/b/c/d.docx|top.txt",
        "*.zip *.docx|top.zip;sub1/deep/a/b/c/d.docx|top.txt",
        "-tmp --exclude cache|a.txt;tmpfile|tmp/k.txt;sub1/tmp/d/u.txt;x/cache/y;tmp;a/tmp",
        "sub1 -tmp --exclude sub2|sub1/ok.txt|sub1/tmp/hide.txt;sub1/sub2/hide.txt;outside.txt",
        "+sub1/** -tmp --exclude sub2|sub1/ok.txt|sub1/tmp/hide.txt;sub1/sub2/hide.txt;outside.txt",
        "--include sub1 -tmp -sub2|sub1/ok.txt|sub1/tmp/hide.txt;sub1/sub2/hide.txt;outside.txt",
        "--include=sub1 - tmp --exclude=sub2|sub1/ok.txt|sub1/tmp/hide.txt;sub1/sub2/hide.txt",
        "'scan here' -'not here' --exclude 'not here either'|scan here/a.txt|not here/a.txt;not"
            + " here either/b",
        "+Finance/**, -**|Finance/q.pdf;Finance/y/m/s.pdf|top.txt",
        "+**/*.pdf, -tmp/**|q.pdf;a/b/q.pdf|tmp/q.pdf;tmp/d/q.pdf;a.txt",
        "--include Finance/** --include Legal/** -**|Finance/a;Legal/b/c|x",
        "**/*.txt|a.txt;a/b/c.txt|a.bin",
        "*.txt|a.txt;a/b/c.txt|a.bin",
        "test/2025*/**"
            + " -sub2|test/2025-01-15/ok.txt|test/2025-01-15/sub2/blocked.txt;test/2024-12-31/nope.txt",
        "sub1/** -tmp|sub1/a.txt;sub1/b.txt|sub1/tmp/skip.txt;sub2/z.txt",
        "-*.txt|a.bin;d/a.bin|a.txt;d/a.txt",
        "-**||everything;a/b",
        "-*||everything;a/b",
        "**|everything;a/b/c|",
        "[st]ub1/*|sub1/a.txt;tub1/b|a/sub1/n.txt",
        "'*'|*|top.txt",
        "\\*.txt|*.txt|a.txt",
        "-build*/|builder;a/b|build1/x;a/build2/y/z",
        "/*.txt|a.txt|a/b.txt",
        "-/tmp|a/tmp/x|tmp/x;tmp",
        "**/cache|cache/a;x/cache/b;x/cache|x/y",
        "*.exe|a.exe|A.EXE;a.Exe",
        "(?i)*.exe|a.exe;sub/A.EXE;a.Exe|a.ex",
        "(?i)*.EXE -(?i)TMP|a.exe|tmp/a.exe;x/Tmp/a.exe",
        "-(?i)*.[a-c]x[!É]|a.DX1;a.axé;a.axÉ|a.AX1;a.bX2",
        "--include=(?i)sub1/**,--exclude (?i)'Not Here'|SUB1/a|sub1/not here/a;a",
        "'(?i)x'|(?i)x|x;X",
      })
  void a_filter_accepts_and_rejects_paths(String row) throws InvalidFilter {
    String[] cells = row.split("\\|", -1);
    Filter filter = Filter.parse(cells[0]);
    for (String path : cells[1].isEmpty() ? new String[0] : cells[1].split(";")) {
      assertThat(filter.accepts(path)).as("%s accepts %s", cells[0], path).isTrue();
    }
    for (String path : cells[2].isEmpty() ? new String[0] : cells[2].split(";")) {
      assertThat(filter.accepts(path)).as("%s accepts %s", cells[0], path).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"'open", "a\\", "../x", "a/../b", "-", "--exclude", "+''", "--include="})
  void a_token_at_fault_is_named(String filter) {
    assertThatThrownBy(() -> Filter.parse(filter))
        .isInstanceOf(InvalidFilter.class)
        .hasMessageContaining("'");
  }

  @Test
  void bug_m12_a_filter_had_any_length() throws InvalidFilter {
    assertThat(Filter.parse("a".repeat(8192)).accepts("b")).isFalse();
    assertThatThrownBy(() -> Filter.parse("a".repeat(8193)))
        .isInstanceOf(InvalidFilter.class)
        .hasMessage("too long: at most 8192 characters");
    assertThat(Filter.parse("a ".repeat(200)).accepts("b")).isFalse();
    assertThatThrownBy(() -> Filter.parse("a ".repeat(201)))
        .isInstanceOf(InvalidFilter.class)
        .hasMessage("too long: at most 200 patterns and signs");
  }

  @Test
  void a_store_lists_by_prefix_only_where_no_file_can_be_missed() throws InvalidFilter {
    assertThat(Filter.parse("").listPrefixes()).isEmpty();
    assertThat(Filter.parse("*").listPrefixes()).isEmpty();
    assertThat(Filter.parse("sub1").listPrefixes()).containsExactly("sub1");
    assertThat(Filter.parse("sub1/**").listPrefixes()).containsExactly("sub1/");
    assertThat(Filter.parse("sub1/*").listPrefixes()).containsExactly("sub1/");
    assertThat(Filter.parse("sub1/ sub2/").listPrefixes()).containsExactly("sub1/", "sub2/");
    assertThat(Filter.parse("sub1 -tmp").listPrefixes()).isEmpty();
    assertThat(Filter.parse("(?i)sub1").listPrefixes()).isEmpty();
    assertThat(Filter.parse("sub1 **/*.txt").listPrefixes()).isEmpty();
  }

  @Test
  void hostile_patterns_do_not_take_exponential_time() {
    String stars = "a*".repeat(200) + "b";
    String depth = "**/a/".repeat(200) + "b";
    String path = "a/".repeat(500) + "a".repeat(5000);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          assertThat(Filter.parse(stars).accepts("a".repeat(5000))).isFalse();
          assertThat(Filter.parse(depth).accepts(path)).isFalse();
        });
  }

  @Provide
  Arbitrary<String> filters() {
    Arbitrary<String> component = Arbitraries.of("a", "b", "*", "?", "a*", "**", "[ab]", "'*'");
    Arbitrary<String> pattern =
        component.list().ofMinSize(1).ofMaxSize(3).map(c -> String.join("/", c));
    Arbitrary<String> token =
        net.jqwik.api.Combinators.combine(
                Arbitraries.of("", "-", "+", "/", "-/"), pattern, Arbitraries.of("", "/"))
            .as((sign, p, end) -> sign + p + end);
    return token.list().ofMaxSize(4).map(t -> String.join(" ", t));
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of("a", "b", "ab", "*")
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(c -> String.join("/", c));
  }

  @Property(tries = 5000)
  void pruning_never_changes_an_answer(@ForAll("filters") String text, @ForAll("paths") String path)
      throws InvalidFilter {
    Filter filter = Filter.parse(text);
    if (filter.accepts(path)) {
      List<String> folders = new ArrayList<>();
      for (int i = path.indexOf('/'); i > 0; i = path.indexOf('/', i + 1)) {
        folders.add(path.substring(0, i));
      }
      assertThat(folders).allMatch(filter::mayHold);
    }
  }

  @Property(tries = 5000)
  void a_listing_prefix_misses_no_accepted_path(
      @ForAll("filters") String text, @ForAll("paths") String path) throws InvalidFilter {
    Filter filter = Filter.parse(text);
    List<String> prefixes = filter.listPrefixes();
    if (!prefixes.isEmpty() && filter.accepts(path)) {
      assertThat(prefixes).anyMatch(path::startsWith);
    }
  }

  @Property(tries = 3000)
  void parsing_any_text_gives_a_filter_or_names_a_fault(
      @ForAll String text, @ForAll("paths") String path) {
    try {
      Filter filter = Filter.parse(text);
      assertThat(filter.accepts(path)).isEqualTo(filter.accepts(path));
    } catch (InvalidFilter e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
