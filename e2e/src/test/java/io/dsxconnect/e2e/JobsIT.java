package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs: watched to their end, paused, resumed, cancelled, searched, compared. */
class JobsIT extends BrowserFixture {
  private static final int FILES = 400;

  private AllInOne dsx;
  private String connector = "";

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    dsx =
        new AllInOne(temp)
            .scanner("--delay", "150")
            .set("DSXCONNECT_SCAN_REQUEST_WORKER_CONCURRENCY", "4")
            .start();
    Path asset = TestFiles.small(temp.resolve("asset"), FILES);
    Files.write(asset.resolve("eicar.com"), TestFiles.eicar());
    connector = dsx.connector("shares", asset, Map.of());
    visits(dsx);
  }

  private static String brief(String job) {
    return job.substring(0, 8);
  }

  @Test
  void a_job_is_watched_in_the_list_to_its_end() throws Exception {
    DashboardPage page = open("/jobs").shows("Jobs");
    String job = dsx.api().fullScan(connector, "?limit=40&force=true");
    Locator row = page.row(brief(job));
    assertThat(row).containsText(Pattern.compile("Listing|Scanning"));
    assertThat(row).containsText("Completed");
    assertThat(row).containsText("40 files");
    assertThat(row).containsText("balances");
    assertThat(dsx.api().ledger(job).accepted()).isEqualTo(40);
  }

  @Test
  void the_page_of_a_job_shows_phases_ledger_and_results() throws Exception {
    String job = dsx.api().fullScan(connector, "?limit=30&force=true");
    DashboardPage page = open("/jobs").shows("Jobs");
    page.row(brief(job)).getByRole(AriaRole.LINK).first().click();
    page.at("/jobs/" + job);
    assertThat(page.heading()).hasText("shares, full scan");
    assertThat(page.text("every file is settled")).isVisible();
    assertThat(page.text("30 = the sum of its parts")).isVisible();
    page.reload();
    assertThat(page.text("30 = the sum of its parts")).isVisible();
    page.page()
        .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Ledger"))
        .getByRole(AriaRole.LINK)
        .first()
        .click();
    page.shows("Results").atAddressWith(job);
    page.back();
    assertThat(page.heading()).hasText("shares, full scan");
  }

  @Test
  void a_job_is_paused_and_undone_and_resumed_and_cancelled() throws Exception {
    String job = dsx.api().fullScan(connector, "?force=true");
    DashboardPage page = open("/jobs/" + job);
    assertThat(page.heading()).hasText("shares, full scan");
    page.button("Pause").click();
    assertThat(page.toast("Job " + brief(job) + " is paused")).isVisible();
    assertThat(page.button("Resume")).isVisible();
    awaitStatus(job, "paused");
    page.button("Undo").first().click();
    assertThat(page.button("Pause")).isVisible();
    awaitStatus(job, "running");
    page.button("Pause").click();
    awaitStatus(job, "paused");
    page.button("Resume").click();
    awaitStatus(job, "running");
    page.button("Cancel job").click();
    assertThat(page.question()).containsText("Cancel job " + brief(job) + " of shares?");
    assertThat(page.question()).containsText("cancelled in the ledger within 5 s");
    assertThat(page.question().getByText("Keep it running")).isFocused();
    page.press("Escape");
    assertThat(page.question()).isHidden();
    page.button("Cancel job").click();
    page.question()
        .getByRole(
            AriaRole.BUTTON,
            new Locator.GetByRoleOptions().setName(Pattern.compile("^Cancel .*file")))
        .click();
    assertThat(page.toast("is cancelled")).isVisible();
    assertThat(page.text("Cancelled").first()).isVisible();
    Ledger ledger = dsx.api().finished(job);
    assertThat(ledger.cancelled()).isPositive();
    assertThat(ledger.balanced()).isTrue();
    assertThat(page.text("= the sum of its parts")).isVisible();
  }

  @Test
  void bug_the_words_of_each_begun_scan_stayed_over_the_page() throws Exception {
    DashboardPage page = open("/connectors").shows("Connectors");
    page.button("Full scan of shares").click();
    page.field("Limit").fill("20");
    page.question().getByText("Start full scan").click();
    assertThat(page.toast("The full scan of shares has begun")).isVisible();
    // By itself it would stay for 20 s.
    assertThat(page.toast("The full scan of shares has begun"))
        .hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(10_000));
  }

  private void awaitStatus(String job, String status) {
    await(job + " is " + status)
        .atMost(DsxProcess.PATIENCE)
        .untilAsserted(
            () -> assertThat(dsx.api().job(job).path("status").asText()).isEqualTo(status));
  }

  @Test
  void a_finished_full_scan_says_what_it_was_started_with_and_is_started_again() throws Exception {
    String job = dsx.api().fullScan(connector, "?limit=5&force=true&started_by=night%20run");
    dsx.api().finished(job);
    DashboardPage page = open("/jobs/" + job);
    assertThat(page.text("at most 5 files")).isVisible();
    assertThat(page.text("Full scan requested by night run")).isVisible();
    page.button("Scan again").click();
    assertThat(page.question()).containsText("Scan all of shares?");
    assertThat(page.field("Limit")).hasValue("5");
    Locator beside = page.question().getByRole(AriaRole.CHECKBOX);
    if (beside.count() > 0) {
      beside.check();
    }
    page.question().getByText("Start full scan").click();
    page.button("Open the job").click();
    assertThat(page.text("Full scan requested in the dashboard")).isVisible();
    assertThat(page.text("at most 5 files")).isVisible();
  }

  @Test
  void jobs_are_found_by_id_and_state() throws Exception {
    String job = dsx.api().fullScan(connector, "?limit=3&force=true");
    dsx.api().finished(job);
    String other = dsx.api().fullScan(connector, "?limit=2&force=true");
    dsx.api().finished(other);
    DashboardPage page = open("/jobs").shows("Jobs");
    page.field("Search jobs").fill(job);
    page.atAddressWith("text=" + job);
    assertThat(page.row(brief(job))).isVisible();
    assertThat(page.row(brief(other))).hasCount(0);
    page.button("Clear filters").click();
    assertThat(page.row(brief(other))).isVisible();
    page.choose("State", "Completed");
    page.atAddressWith("status=completed");
    assertThat(page.row(brief(job))).isVisible();
    page.reload();
    assertThat(page.row(brief(job))).isVisible();
    page.choose("State", "Incomplete");
    assertThat(page.text("No job matches")).isVisible();
    page.back();
    assertThat(page.row(brief(job))).isVisible();
  }

  @Test
  void two_jobs_are_compared_and_the_figures_downloaded() throws Exception {
    // The slowed scanner makes it last for more than 5 s.
    String one = dsx.api().fullScan(connector, "?limit=180&force=true");
    dsx.api().finished(one);
    String two = dsx.api().fullScan(connector, "?limit=12&force=true");
    dsx.api().finished(two);
    DashboardPage page = open("/jobs").shows("Jobs");
    page.page().getByLabel("Choose job " + brief(one) + " to compare").check();
    page.page().getByLabel("Choose job " + brief(two) + " to compare").check();
    page.link("Compare 2 chosen").click();
    page.shows("Compare 2 jobs");
    Locator projected = page.row("1 million files").first().getByRole(AriaRole.CELL);
    assertThat(projected.first()).containsText("h");
    assertThat(projected.last()).containsText("the sample is too short");
    assertThat(page.text(brief(one)).first()).isVisible();
    String csv = page.download(() -> page.button("CSV").click());
    List<String> lines = csv.lines().toList();
    assertThat(lines).hasSize(3);
    assertThat(lines.getFirst()).startsWith("job_id,");
    assertThat(csv).contains(one).contains(two);
    page.reload().shows("Compare 2 jobs");
    page.back().shows("Jobs");
  }
}
