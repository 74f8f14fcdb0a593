package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tasks that were given up: looked at, replayed, discarded. */
class DeadLettersIT extends BrowserFixture {
  private static final int REPLAYED = 6;
  private static final int DISCARDED = 4;

  private AllInOne dsx;
  private String replayed = "";
  private String discarded = "";
  private String kept = "";

  @Override
  Running start(Path temp) throws Exception {
    dsx =
        new AllInOne(temp)
            .set("DSXCONNECT_WORKERS__SCAN_REQUEST_MAX_RETRIES", "0")
            .scanner("--behave", "broken")
            .start();
    replayed = failedJob(temp, "invoices", REPLAYED);
    discarded = failedJob(temp, "backups", DISCARDED);
    kept = failedJob(temp, "archive", 3);
    dsx.scanner();
    return dsx;
  }

  private String failedJob(Path temp, String name, int files) throws Exception {
    String connector =
        dsx.connector(name, TestFiles.small(temp.resolve(name), files), Map.of());
    String job = dsx.api().fullScan(connector);
    assertThat(dsx.api().finished(job).failed()).isEqualTo(files);
    return job;
  }

  private static String brief(String job) {
    return job.substring(0, 8);
  }

  @Test
  void a_group_is_looked_at_and_its_link_opens_it_again() {
    DashboardPage page = open("/dead-letters").shows("Dead letters");
    Locator link = page.row(brief(kept)).getByRole(AriaRole.LINK).first();
    link.click();
    assertThat(page.drawer()).containsText("3 tasks of archive");
    assertThat(page.drawer()).containsText("file-0.txt");
    String address = page.page().url();
    page.reload();
    assertThat(page.drawer()).containsText("file-2.txt");
    page.press("Escape");
    assertThat(page.drawer()).isHidden();
    page.back();
    assertThat(page.page()).hasURL(address);
    assertThat(page.drawer()).isVisible();
  }

  @Test
  void dead_letters_are_replayed_and_their_files_get_their_verdict() throws Exception {
    DashboardPage page = open("/dead-letters").shows("Dead letters");
    page.row(brief(replayed)).getByRole(AriaRole.LINK).first().click();
    page.drawer().getByText("Replay 6").click();
    assertThat(page.question()).containsText("Replay 6 dead letters of job " + brief(replayed));
    assertThat(page.question()).containsText("becomes waiting");
    page.question().getByText("Replay 6", new Locator.GetByTextOptions().setExact(true)).click();
    assertThat(page.toast("6 dead letters replayed")).isVisible();
    assertThat(page.row(brief(replayed))).hasCount(0);
    Ledger ledger = dsx.api().everyFileEndedOnce(replayed, locations(replayed));
    assertThat(ledger.benign()).isEqualTo(REPLAYED);
    assertThat(ledger.failed()).isZero();
  }

  private java.util.List<String> locations(String job) throws Exception {
    return dsx.api().results(job).stream().map(Result::location).toList();
  }

  @Test
  void dead_letters_are_discarded_only_after_a_question_that_says_what_it_does() throws Exception {
    DashboardPage page = open("/dead-letters").shows("Dead letters");
    page.row(brief(discarded)).getByRole(AriaRole.CHECKBOX).check();
    assertThat(page.toast("4 chosen in 1 group, all of job " + brief(discarded))).isVisible();
    page.button("Discard 4").click();
    assertThat(page.question()).containsText("Discard 4 dead letters of job " + brief(discarded));
    assertThat(page.question()).containsText("stay failed in the ledger");
    Locator safe = page.question().getByText("Keep them");
    assertThat(safe).isFocused();
    safe.click();
    assertThat(page.question()).isHidden();
    assertThat(page.row(brief(discarded))).isVisible();
    page.button("Discard 4").click();
    page.question().getByText(Pattern.compile("^Discard 4$")).click();
    assertThat(page.toast("4 dead letters discarded")).isVisible();
    assertThat(page.row(brief(discarded))).hasCount(0);
    assertThat(dsx.api().ledger(discarded).failed()).isEqualTo(DISCARDED);
    page.reload();
    assertThat(page.row(brief(kept))).isVisible();
    assertThat(page.row(brief(discarded))).hasCount(0);
  }
}
