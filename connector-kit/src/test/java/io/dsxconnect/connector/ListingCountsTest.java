package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ListingCountsTest {

  @Test
  void bug_links_and_filtered_files_were_left_out_without_a_trace() {
    ListingCounts tally = new ListingCounts();
    tally.sent(3);
    tally.leftOut(LeftOut.LINK, "/a");
    tally.leftOut(LeftOut.LINK, "/b");
    tally.leftOut(LeftOut.FILTERED, "/c");
    tally.leftOut(LeftOut.SPECIAL, "/d");
    assertThat(tally.body())
        .containsEntry("enqueued_total", 3L)
        .containsEntry("skipped", 1L)
        .containsEntry("left_out", Map.of("links", 2L, "special", 1L, "filtered", 1L, "own", 0L));
    assertThat(tally)
        .hasToString("3 files sent, 0 errors; left out: 2 links, 1 special, 1 filtered, 0 own");
  }
}
