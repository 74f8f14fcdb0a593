package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What became of the item actions is shown, and those that failed are tried again. */
class ResultActionsIT extends BrowserFixture {
  private AllInOne dsx;
  private Path asset;
  private String unmovable = "";

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    dsx = new AllInOne(temp).start();
    asset = withMalware(temp.resolve("asset"), "eicar.com");
    scan(
        dsx.connector(
            "files",
            asset,
            Map.of(
                "DSXCONNECTOR_ITEM_ACTION", "move",
                "DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO", "quarantine")));
    Path stuck = withMalware(temp.resolve("stuck"), "stuck.com");
    unmovable = scan(dsx.connectorThatCannotMove("stuck", stuck, Map.of()));
    Path reported = withMalware(temp.resolve("reported"), "reported.com");
    scan(dsx.connector("reports", reported, Map.of("DSXCONNECTOR_ITEM_ACTION", "nothing")));
    visits(dsx);
  }

  private static Path withMalware(Path folder, String name) throws IOException {
    Files.write(Files.createDirectories(folder).resolve(name), TestFiles.eicar());
    return folder;
  }

  /** Scans everything that a connector has; returns the id of the job. */
  private String scan(String connector) throws IOException {
    String job = dsx.api().fullScan(connector);
    dsx.api().finished(job);
    return job;
  }

  @Test
  void malware_is_found_and_its_move_to_quarantine_is_shown() {
    assertThat(asset.resolve("eicar.com")).doesNotExist();
    assertThat(asset.resolve("quarantine")).exists();
    DashboardPage page = open("/results?outcome=malicious&text=eicar.com").shows("Results");
    Locator row = page.row("eicar.com");
    assertThat(row).containsText("Malicious");
    assertThat(row).containsText("Moved");
    row.getByRole(AriaRole.LINK).first().click();
    Locator drawer = page.drawer();
    assertThat(drawer).containsText("EICAR");
    assertThat(drawer).containsText(TestFiles.sha256Of(TestFiles.eicar()));
    assertThat(drawer).containsText("Moved");
    assertThat(drawer).containsText("The stand-in finds the EICAR test string and nothing else");
  }

  @Test
  void a_move_that_failed_is_shown_and_tried_again_from_the_page() throws Exception {
    DashboardPage page = open("/results?outcome=malicious&action=failed").shows("Results");
    page.row("stuck.com").getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).containsText("It is still where it was found");
    page.drawer().getByText("Try the move again").click();
    assertThat(page.question()).containsText("is asked once more to act on the file");
    page.question().getByText("Try again", new Locator.GetByTextOptions().setExact(true)).click();
    assertThat(page.toast("The action is queued once more")).isVisible();
    dsx.api().finished(unmovable);
  }

  @Test
  void all_failed_actions_that_a_filter_shows_are_tried_again_and_the_failures_kept()
      throws Exception {
    DashboardPage page = open("/results?action=failed&job_id=" + unmovable).shows("Results");
    assertThat(page.row("stuck.com")).isVisible();
    page.button("Try 1 failed action again").click();
    assertThat(page.question()).containsText("asked once more to act");
    page.question().getByText("Try again", new Locator.GetByTextOptions().setExact(true)).click();
    assertThat(page.toast("1 action is queued once more")).isVisible();
    dsx.api().finished(unmovable);
    page.row("stuck.com").getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).containsText("Failed before");
  }

  @Test
  void bug_an_action_of_which_nobody_knows_whether_it_took_effect_looked_settled(
      @TempDir Path folder) throws Exception {
    Path evil = Files.write(folder.resolve("vanishes.com"), TestFiles.eicar());
    String uuid = dsx.connectorThatCannotMove("vanishing", folder, Map.of());
    String scan = scan(uuid);
    Files.delete(evil);
    dsx.api().send("POST", "/scan/results/actions/retry?job_id=" + scan);
    dsx.api().finished(scan);
    DashboardPage page = open("/results?action=unconfirmed&job_id=" + scan).shows("Results");
    assertThat(page.row("vanishes.com")).containsText("Unconfirmed");
    assertThat(page.button("Try 1 unconfirmed action again")).isVisible();
    page.row("vanishes.com").getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).containsText("Whether the action took effect is not known");
    assertThat(page.drawer()).containsText("Try the move again");
  }

  @Test
  void bug_a_file_that_an_earlier_action_had_moved_seemed_left_in_place(@TempDir Path folder)
      throws Exception {
    String uuid = dsx.connectorThatCannotMove("twice", withMalware(folder, "twice.com"), Map.of());
    String first = scan(uuid);
    String second = scan(uuid);
    Files.delete(folder.resolve("in-the-way"));
    for (String job : List.of(first, second)) {
      dsx.api().send("POST", "/scan/results/actions/retry?job_id=" + job);
      dsx.api().finished(job);
    }
    DashboardPage page =
        open("/results?outcome=malicious&text=twice.com&job_id=" + second).shows("Results");
    assertThat(page.row("twice.com")).containsText("Acted on earlier");
    page.row("twice.com").getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).containsText("already acted on by");
    assertThat(page.drawer()).not().containsText("It was left where it was found");
  }

  @Test
  void bug_a_malicious_file_of_a_connector_that_only_reports_seemed_to_wait_for_its_action() {
    DashboardPage page = open("/results?outcome=malicious&text=reported.com").shows("Results");
    assertThat(page.row("reported.com")).containsText("None configured");
    page.row("reported.com").getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).containsText("It is still where it was found");
    assertThat(page.drawer()).containsText("No action is configured");
  }

  @Test
  void bug_a_job_whose_every_action_failed_looked_perfect() throws Exception {
    dsx.api().finished(unmovable);
    DashboardPage page = open("/jobs/" + unmovable);
    Locator progress =
        page.page().getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Progress"));
    assertThat(progress).containsText("1 malicious file is still where it was found.");
    assertThat(progress).not().containsText("Nothing is missing");
    assertThat(progress).containsText("Acting: done, with failures");
    progress
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("1 malicious file"))
        .click();
    page.shows("Results");
    assertThat(page.row("stuck.com")).isVisible();
  }
}
