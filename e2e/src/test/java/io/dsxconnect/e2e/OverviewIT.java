package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that says at a glance whether anything is wrong. */
class OverviewIT extends BrowserFixture {
  private AllInOne dsx;
  private Path temp;
  private Path asset;
  private String connector = "";

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    temp = folder;
    dsx =
        new AllInOne(temp)
            .scanner("--delay", "100")
            .set("DSXCONNECT_SCAN_REQUEST_WORKER_CONCURRENCY", "4")
            .start();
    asset = TestFiles.small(temp.resolve("asset"), 300);
    connector = dsx.connector("shares", asset, Map.of());
    visits(dsx);
  }

  private static Locator region(DashboardPage page, String name) {
    return page.page().getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(name));
  }

  @Test
  void a_running_job_is_shown_with_its_progress_and_paused_and_cancelled_from_here()
      throws Exception {
    DashboardPage page = open("/").shows("Overview");
    String job = dsx.api().fullScan(connector, "?force=true");
    Locator row = page.row(job.substring(0, 8));
    assertThat(row).containsText(Pattern.compile("Listing|Scanning"));
    row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Pause")).click();
    assertThat(row).containsText("Paused");
    row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Resume")).click();
    assertThat(row).containsText("Scanning");
    row.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Cancel")).click();
    page.question()
        .getByRole(
            AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(Pattern.compile("^Cancel ")))
        .click();
    assertThat(page.toast("is cancelled")).isVisible();
    assertThat(dsx.api().finished(job).balanced()).isTrue();
    assertThat(region(page, "Last jobs")).containsText("Cancelled");
  }

  @Test
  void a_malicious_file_appears_among_the_findings_and_opens() throws Exception {
    DashboardPage page = open("/").shows("Overview");
    Path folder = Files.createDirectories(temp.resolve("found"));
    Files.write(folder.resolve("eicar.com"), TestFiles.eicar());
    String other = dsx.connector("mail", folder, Map.of());
    dsx.api().finished(dsx.api().fullScan(other));
    Locator findings = region(page, "Latest malicious files");
    assertThat(findings).containsText("eicar.com");
    findings
        .getByRole(AriaRole.LINK)
        .filter(new Locator.FilterOptions().setHasText("eicar.com"))
        .first()
        .click();
    assertThat(page.drawer()).containsText("eicar.com");
    page.back().shows("Overview");
  }

  @Test
  void what_needs_a_person_is_listed_with_its_next_step_and_goes_when_it_is_over()
      throws Exception {
    DashboardPage page = open("/").shows("Overview");
    dsx.scanner("--behave", "unauthorized");
    Path folder = Files.createDirectories(temp.resolve("one"));
    Files.writeString(folder.resolve("one.txt"), "one");
    String other = dsx.connector("one", folder, Map.of());
    String job = dsx.api().fullScan(other);
    Locator needs = region(page, "Needs a person");
    assertThat(needs).containsText(Pattern.compile("scanner", Pattern.CASE_INSENSITIVE));
    needs.getByRole(AriaRole.LINK).first().click();
    page.shows("Settings");
    page.back().shows("Overview");
    // The list does not move under the pointer.
    page.heading().click();
    dsx.scanner("--delay", "100");
    dsx.api().finished(job);
    assertThat(needs.getByText(Pattern.compile("scanner", Pattern.CASE_INSENSITIVE))).hasCount(0);
  }

  @Test
  void range_and_unit_of_the_chart_are_states_of_the_address() {
    DashboardPage page = open("/").shows("Overview");
    page.link("24 hours").click();
    page.at("/?range=day");
    page.link("MB/s").click();
    page.atAddressWith("unit=bytes");
    page.reload();
    assertThat(page.link("24 hours")).hasAttribute("aria-current", "true");
    page.back();
    assertThat(
            page.page()
                .getByRole(
                    AriaRole.LINK, new Page.GetByRoleOptions().setName("Files/s").setExact(true)))
        .hasAttribute("aria-current", "true");
    page.back().at("/");
    assertThat(asset).exists();
  }
}
