package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ListingCountsTest {

  @Test
  void bug_links_and_filtered_files_were_left_out_without_a_trace() {
    ListingCounts counts = new ListingCounts();
    counts.sent(3);
    counts.leftOut(LeftOut.LINK, "/a");
    counts.leftOut(LeftOut.LINK, "/b");
    counts.leftOut(LeftOut.FILTERED, "/c");
    counts.leftOut(LeftOut.SPECIAL, "/d");
    assertThat(counts.body())
        .containsEntry("enqueued_total", 3L)
        .containsEntry("skipped", 1L)
        .containsEntry("left_out", Map.of("links", 2L, "special", 1L, "filtered", 1L, "own", 0L));
    assertThat(counts)
        .hasToString("3 files sent, 0 errors; left out: 2 links, 1 special, 1 filtered, 0 own");
  }
}
