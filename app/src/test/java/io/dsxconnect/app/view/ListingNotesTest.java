package io.dsxconnect.app.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.connector.LeftOut;
import io.dsxconnect.contract.ReportRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListingNotesTest {
  private final ListingNotes notes =
      new ListingNotes(Map.of(LeftOut.LINK, 3L, LeftOut.OWN, 0L), 2, List.of("/x: too deep"));

  @Test
  void bug_only_the_log_named_folders_that_were_not_listed() {
    assertThat(notes.lines())
        .containsExactly(
            "3 symbolic links, which are not followed",
            "NOT LISTED /x: too deep",
            "NOT LISTED ... and 1 more");
  }

  @Test
  void a_report_ends_with_what_is_not_in_it() {
    assertThat(notes.rows())
        .containsExactly(
            ReportRow.note("not listed", "/x: too deep"),
            ReportRow.note("not listed", "... and 1 more"),
            ReportRow.note("left out", "3 symbolic links, which are not followed"));
  }

  @Test
  void notes_of_several_listings_add_up() {
    ListingNotes sum = notes.plus(notes).plus(ListingNotes.NONE);
    assertThat(sum.leftOut()).containsEntry(LeftOut.LINK, 6L);
    assertThat(sum.errors()).isEqualTo(4);
    assertThat(sum.samples()).hasSize(2);
  }
}
