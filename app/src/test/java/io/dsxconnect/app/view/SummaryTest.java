package io.dsxconnect.app.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.dsxconnect.contract.Ledger;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTest {
  private static final ListingNotes NOTHING_LEFT_OUT =
      ListingNotes.of(MissingNode.getInstance(), 0, MissingNode.getInstance());

  private static String table(double seconds, List<String> malicious) {
    Ledger ledger = new Ledger(3, 0, 3, 0, 0, 0, 0, 0, 0, 0, true);
    return new Summary(ledger, 50 << 20, seconds, null, false, malicious, NOTHING_LEFT_OUT).table();
  }

  @Test
  void bug_a_job_shorter_than_a_second_had_an_invented_rate() {
    assertThat(table(0, List.of())).contains("50.0 MB in less than a second\n");
    assertThat(table(2, List.of())).contains("50.0 MB in 2.0 s: 1.5 files/s, 25 MB/s\n");
  }

  @Test
  void bug_the_rate_of_a_cancelled_scan_counted_files_that_nobody_scanned() {
    Ledger ledger = new Ledger(1000, 20, 0, 0, 0, 0, 0, 0, 980, 0, true);
    assertThat(new Summary(ledger, 1 << 20, 2, null, false, List.of(), NOTHING_LEFT_OUT).table())
        .contains("1.0 MB in 2.0 s: 10 files/s, 0.5 MB/s\n");
  }

  @Test
  void bug_the_ledger_of_a_job_with_pending_files_seemed_not_to_balance() {
    Ledger ledger = new Ledger(400, 64, 0, 0, 0, 0, 0, 0, 0, 336, true);
    assertThat(new Summary(ledger, 1 << 20, 2, null, false, List.of(), NOTHING_LEFT_OUT).table())
        .containsPattern("pending +336\n")
        .containsPattern("= sum +400 +the ledger balances\n");
  }

  @Test
  void bug_more_was_announced_where_nothing_was_listed() {
    assertThat(table(1, List.of())).doesNotContain("more", "scanner");
    assertThat(table(1, List.of("/a"))).contains("MALICIOUS /a\n  ... and 2 more\n");
  }
}
