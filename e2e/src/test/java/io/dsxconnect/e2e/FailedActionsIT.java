package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job whose item actions failed, and one without any, wherever the page shows them. */
class FailedActionsIT extends BrowserFixture {
  private static final String LEFT = "2 actions failed";

  private AllInOne dsx;
  private String failed = "";
  private String clean = "";

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    dsx = new AllInOne(temp).start();
    Path stuck = Files.createDirectories(temp.resolve("stuck"));
    Files.write(stuck.resolve("one.com"), TestFiles.eicar());
    Files.write(stuck.resolve("two.com"), TestFiles.eicar());
    Files.writeString(stuck.resolve("in-the-way"), "a file where the quarantine should be");
    failed = scan("stuck", stuck, "move");
    clean = scan("tidy", TestFiles.small(temp.resolve("tidy"), 2), "nothing");
    visits(dsx);
  }

  private String scan(String name, Path folder, String action) throws IOException {
    String uuid =
        dsx.connector(
            name,
            folder,
            Map.of(
                "DSXCONNECTOR_ITEM_ACTION",
                action,
                "DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO",
                "in-the-way"));
    String job = dsx.api().fullScan(uuid);
    dsx.api().finished(job);
    return job;
  }

  private static void leadsToTheFiles(DashboardPage page, Locator place) {
    place.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(LEFT)).click();
    page.shows("Results").atAddressWith("action=failed");
    assertThat(page.row("one.com")).isVisible();
    assertThat(page.row("two.com")).isVisible();
  }

  @Test
  void bug_the_list_of_jobs_said_nothing_of_failed_actions() {
    DashboardPage page = open("/jobs").shows("Jobs");
    assertThat(page.row(clean.substring(0, 8))).not().containsText("action");
    leadsToTheFiles(page, page.row(failed.substring(0, 8)));
  }

  @Test
  void bug_the_card_of_a_connector_said_nothing_of_failed_actions() {
    DashboardPage page = open("/connectors").shows("Connectors");
    Locator cards = page.page().getByRole(AriaRole.LISTITEM);
    assertThat(cards.filter(new Locator.FilterOptions().setHasText("tidy")).first())
        .not()
        .containsText("actions failed");
    leadsToTheFiles(page, cards.filter(new Locator.FilterOptions().setHasText("stuck")).first());
  }

  @Test
  void the_comparison_has_the_failed_actions() {
    DashboardPage page = open("/jobs/compare?jobs=" + failed + "," + clean);
    assertThat(page.row("Actions failed").getByRole(AriaRole.CELL).first()).hasText("2");
    assertThat(page.row("Actions failed").getByRole(AriaRole.CELL).last()).containsText("0");
  }

  @Test
  void bug_a_retry_of_actions_moved_the_end_of_the_job_without_a_word() throws Exception {
    dsx.api().send("POST", "/scan/results/actions/retry?job_id=" + failed);
    dsx.api().finished(failed);
    DashboardPage page = open("/jobs/" + failed);
    Locator happened =
        page.page()
            .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("What happened"));
    assertThat(happened).containsText("Failed or unconfirmed actions were tried again");
    assertThat(happened).containsText("The actions that were tried again ended");
    assertThat(page.text("Actions were tried again until")).isVisible();
    page.look("job-actions-again");
  }
}
