package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each flow by the keyboard alone: no test here uses a pointer. */
class KeyboardIT extends BrowserFixture {
  private static final String DEAD_JOB = "dead-job";

  private AllInOne dsx;
  private String uuid = "";
  private String job = "";

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    dsx =
        new AllInOne(temp)
            .scanner("--behave", "broken")
            .set("DSXCONNECT_WORKERS__SCAN_REQUEST_MAX_RETRIES", "0")
            .set("DSXCONNECT_SCAN_REQUEST_WORKER_CONCURRENCY", "2")
            .start();
    Path asset = TestFiles.small(temp.resolve("asset"), 200);
    Files.write(asset.resolve("eicar.com"), TestFiles.eicar());
    String connector = dsx.startConnector("shares", asset, Map.of()).ready();
    uuid = dsx.api().connector("shares");
    for (int i = 0; i < 2; i++) {
      dsx.api().scan(connector, asset.resolve("d0/file-" + i + ".txt").toString(), DEAD_JOB);
    }
    dsx.api().ended(DEAD_JOB, 2);
    dsx.scanner("--delay", "100");
    job = dsx.api().fullScan(uuid, "?limit=12");
    dsx.api().finished(job);
    visits(dsx);
  }

  @Test
  void the_first_key_leads_to_the_content() {
    DashboardPage page = open("/").shows("Overview");
    page.press("Tab");
    assertThat(page.link("Skip to content")).isFocused();
    page.press("Enter");
    assertThat(page.page().locator("main")).isFocused();
  }

  @Test
  void two_keys_lead_to_each_page_and_one_to_the_help() {
    DashboardPage page = open("/").shows("Overview");
    page.press("g", "c").shows("Connectors");
    page.press("g", "j").shows("Jobs");
    page.press("g", "r").shows("Results");
    page.press("g", "d").shows("Dead letters");
    page.press("g", "s").shows("Settings");
    page.press("g", "o").shows("Overview");
    page.press("?").shows("Help");
    page.tabTo(page.field("Use single-key shortcuts")).press("Space", "Escape");
    page.press("Shift+Tab");
    page.press("g", "o");
    page.shows("Help");
  }

  @Test
  void a_slash_begins_a_search() {
    DashboardPage page = open("/").shows("Overview");
    page.press("/");
    assertThat(page.field("Search file, hash or job")).isFocused();
    page.page().keyboard().type("file-3");
    page.press("Enter");
    page.shows("Results").atAddressWith("text=file-3");
  }

  @Test
  void a_record_is_opened_left_and_found_again() {
    DashboardPage page = open("/results?job_id=" + job).shows("Results");
    assertThat(page.row("file-").first()).isVisible();
    page.press("j", "j");
    Locator focused = page.page().locator(":focus");
    String first = focused.textContent();
    page.press("Enter");
    assertThat(page.drawer()).isVisible();
    page.press("]");
    assertThat(page.drawer()).not().containsText(first);
    page.press("[");
    assertThat(page.drawer()).isVisible();
    page.leaveDrawer();
    assertThat(page.page().locator(":focus")).hasText(first);
  }

  @Test
  void results_are_filtered_sorted_and_exported() {
    DashboardPage page = open("/results?job_id=" + job).shows("Results");
    page.tabTo(page.button("Verdict: any")).press("Enter");
    page.tabTo(page.page().getByLabel("Benign")).press("Space");
    page.atAddressWith("outcome=benign");
    page.press("Escape");
    page.tabTo(page.page().getByRole(AriaRole.COLUMNHEADER).getByText("Size")).press("Enter");
    page.atAddressWith("sort=size");
    page.tabTo(page.button("Export")).press("Enter");
    String lines =
        page.download(
            () -> page.tabTo(page.page().locator("a[href*='format=ndjson']")).press("Enter"));
    assertThat(lines.lines().count()).isPositive();
  }

  @Test
  void a_full_scan_is_started_paused_resumed_and_cancelled() throws Exception {
    DashboardPage page = open("/connectors").shows("Connectors");
    page.tabTo(page.button("Full scan of shares")).press("Enter");
    assertThat(page.question().getByText("Not now")).isFocused();
    page.tabTo(page.question().getByText("Start full scan")).press("Enter");
    assertThat(page.toast("The full scan of shares has begun")).isVisible();
    page.tabTo(page.button("Open the job")).press("Enter");
    assertThat(page.heading()).hasText("shares, full scan");
    page.tabTo(page.button("Pause")).press("Enter");
    assertThat(page.button("Resume")).isVisible();
    page.tabTo(page.button("Resume")).press("Enter");
    assertThat(page.button("Pause")).isVisible();
    page.tabTo(page.button("Cancel job")).press("Enter");
    assertThat(page.question().getByText("Keep it running")).isFocused();
    Locator go =
        page.question()
            .getByRole(
                AriaRole.BUTTON,
                new Locator.GetByRoleOptions().setName(Pattern.compile("^Cancel ")));
    page.tabTo(go).press("Enter");
    assertThat(page.toast("is cancelled")).isVisible();
  }

  @Test
  void the_focus_stays_in_a_question_and_returns_to_what_asked() {
    DashboardPage page = open("/connectors").shows("Connectors");
    Locator ask = page.button("Full scan of shares");
    page.tabTo(ask).press("Enter");
    assertThat(page.question().getByText("Not now")).isFocused();
    for (int i = 0; i < 12; i++) {
      page.press("Tab");
      assertThat(page.question().locator(":focus")).hasCount(1);
    }
    page.press("Escape");
    assertThat(page.question()).isHidden();
    assertThat(ask).isFocused();
  }

  @ParameterizedTest
  @ValueSource(ints = {390, 800, 1279})
  void bug_the_focus_went_behind_a_drawer_that_covers_the_page(int width) {
    DashboardPage page = open("/results?job_id=" + job).shows("Results");
    page.page().setViewportSize(width, 844);
    assertThat(page.row("file-").first()).isVisible();
    page.press("j", "Enter");
    assertThat(page.drawer()).isVisible();
    for (int i = 0; i < 30; i++) {
      page.press("Tab");
      assertThat(page.drawer().locator(":focus")).hasCount(1);
    }
    page.leaveDrawer();
  }

  @Test
  void a_configuration_is_changed() {
    DashboardPage page = open("/connectors").shows("Connectors");
    page.tabTo(page.link("Configure shares")).press("Enter");
    Locator filter =
        page.drawer().getByRole(AriaRole.TEXTBOX, new Locator.GetByRoleOptions().setName("Filter"));
    page.tabTo(filter);
    page.page().keyboard().type("*.txt");
    page.tabTo(page.button("Save")).press("Enter");
    assertThat(page.toast("shares has the new configuration")).isVisible();
    page.tabTo(page.button("Close").first());
    page.leaveDrawer();
  }

  @Test
  void a_dead_letter_is_replayed() {
    DashboardPage page = open("/dead-letters").shows("Dead letters");
    Locator row = page.row(DEAD_JOB.substring(0, 8));
    page.tabTo(row.getByRole(AriaRole.CHECKBOX)).press("Space");
    page.tabTo(page.button("Replay 2")).press("Enter");
    assertThat(page.question().getByText("Not now")).isFocused();
    page.tabTo(page.question().getByText("Replay 2", new Locator.GetByTextOptions().setExact(true)))
        .press("Enter");
    assertThat(page.toast("2 dead letters replayed")).isVisible();
    assertThat(page.text("No dead letters")).isVisible();
  }
}
