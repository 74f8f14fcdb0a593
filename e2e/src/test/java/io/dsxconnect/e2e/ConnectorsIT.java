package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connectors: they appear, are scanned, looked into, configured, unregistered. */
class ConnectorsIT extends BrowserFixture {
  /** Within this a page shows what another page shows. */
  private static final int SOON_MS = 3_000;

  private AllInOne dsx;
  private Path temp;
  private Path asset;
  private String uuid = "";

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    temp = folder;
    dsx = new AllInOne(temp).scanner("--delay", "30").start();
    asset = TestFiles.small(temp.resolve("asset"), 60);
    Files.write(asset.resolve("eicar.com"), TestFiles.eicar());
    uuid = dsx.connector("shares", asset, Map.of("DSXCONNECTOR_DISPLAY_NAME", "Finance share"));
    visits(dsx);
  }

  private static Locator card(DashboardPage page, String name) {
    return page.page()
        .getByRole(AriaRole.LISTITEM)
        .filter(
            new Locator.FilterOptions()
                .setHas(
                    page.page()
                        .getByRole(
                            AriaRole.HEADING,
                            new com.microsoft.playwright.Page.GetByRoleOptions()
                                .setName(name)
                                .setLevel(2))));
  }

  @Test
  void a_connector_that_registers_appears_without_a_reload() throws Exception {
    DashboardPage page = open("/connectors").shows("Connectors");
    assertThat(card(page, "Finance share")).containsText("Ready");
    assertThat(card(page, "late-comer")).hasCount(0);
    Path folder = TestFiles.small(temp.resolve("late"), 2);
    try (DsxProcess late = dsx.startConnector("late-comer", folder, Map.of())) {
      late.ready();
      assertThat(card(page, "late-comer")).containsText("Ready");
      // It leaves with a farewell.
      late.terminate();
    }
    assertThat(card(page, "late-comer")).hasCount(0);
  }

  @Test
  void bug_a_connector_that_was_killed_stayed_ready_while_its_files_waited() throws Exception {
    DashboardPage page = open("/connectors").shows("Connectors");
    Path folder = TestFiles.small(temp.resolve("killed"), 2_000);
    try (DsxProcess killed = dsx.startConnector("killed", folder, Map.of())) {
      killed.ready();
      assertThat(card(page, "killed")).containsText("Ready");
      String job = dsx.api().fullScan(dsx.api().connector("killed"));
      dsx.api().ended(job, 1);
      DashboardPage ofJob = open("/jobs/" + job);
      assertThat(ofJob.heading()).containsText("killed");
      killed.kill();
      assertThat(card(page, "killed")).containsText("It does not answer");
      assertThat(card(page, "killed")).containsText("Silent");
      assertThat(ofJob.text("the files wait: its connector does not answer"))
          .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(SOON_MS));
      page.open("/").shows("Overview");
      assertThat(page.text("Connector killed does not answer").first()).isVisible();
      var ignored = dsx.api().send("POST", "/scan/jobs/" + job + "/cancel");
    }
  }

  @Test
  void a_full_scan_with_a_limit_is_started_and_watched_to_its_end() throws Exception {
    DashboardPage page = open("/connectors").shows("Connectors");
    page.button("Full scan of Finance share").click();
    assertThat(page.question()).containsText("Scan all of Finance share?");
    page.field("Limit").fill("20");
    page.question().getByText("Start full scan").click();
    assertThat(page.toast("The full scan of Finance share has begun")).isVisible();
    page.button("Open the job").click();
    assertThat(page.heading()).hasText("Finance share, full scan");
    assertThat(page.text("every file is settled")).isVisible();
    assertThat(page.text("20 = the sum of its parts")).isVisible();
    page.back().shows("Connectors");
    assertThat(card(page, "Finance share")).containsText("of 20 files");
  }

  @Test
  void the_preview_lists_the_first_files_and_the_estimate() {
    DashboardPage page = open("/connectors").shows("Connectors");
    page.link("Preview Finance share").click();
    page.atAddressWith("view=preview");
    assertThat(page.drawer()).containsText("Files expected");
    assertThat(page.drawer()).containsText(Pattern.compile("file-\\d+\\.txt"));
    page.reload();
    assertThat(page.drawer()).containsText("Files expected");
    page.leaveDrawer();
  }

  @Test
  void the_diagnosis_asks_the_connector_and_says_what_it_answers() {
    DashboardPage page = open("/connectors?connector=" + uuid).shows("Connectors");
    assertThat(page.drawer()).containsText("It answers, and says that it is ready.");
    assertThat(page.drawer()).containsText("It can read its store");
    page.button("Check again").click();
    assertThat(page.drawer()).containsText("It answers, and says that it is ready.");
  }

  @Test
  void the_configuration_is_changed_and_a_wrong_filter_is_refused_at_its_field() throws Exception {
    DashboardPage page = open("/connectors?connector=" + uuid + "&view=configure");
    page.faults().expect("answer: 4[0-9][0-9] PUT .*/connectors/config/.*");
    Locator filter =
        page.drawer().getByRole(AriaRole.TEXTBOX, new Locator.GetByRoleOptions().setName("Filter"));
    filter.fill("*.txt 'open quote");
    assertThat(page.text("1 change")).isVisible();
    page.button("Save").click();
    assertThat(filter).hasAttribute("aria-invalid", "true");
    filter.fill("*.txt");
    page.button("Save").click();
    assertThat(page.toast("Finance share has the new configuration")).isVisible();
    assertThat(dsx.api().get("/connectors/config/" + uuid).toString()).contains("*.txt");
    page.reload();
    assertThat(filter).hasValue("*.txt");
    filter.fill("");
    page.button("Save").click();
    assertThat(page.toast("Finance share has the new configuration").last()).isVisible();
  }

  @Test
  void changes_are_not_lost_without_a_question() {
    DashboardPage page = open("/connectors?connector=" + uuid + "&view=configure");
    Locator filter =
        page.drawer().getByRole(AriaRole.TEXTBOX, new Locator.GetByRoleOptions().setName("Filter"));
    filter.fill("*.docx");
    page.button("Close").click();
    assertThat(page.question()).containsText("Discard 1 change of Finance share?");
    page.question().getByText("Go on editing").click();
    assertThat(filter).hasValue("*.docx");
    page.button("Discard changes").click();
    assertThat(filter).hasValue("");
  }

  @Test
  void a_connector_is_unregistered_only_after_a_question() throws Exception {
    Path folder = TestFiles.small(temp.resolve("old"), 2);
    try (DsxProcess old = dsx.startConnector("old-store", folder, Map.of())) {
      old.ready();
      dsx.api().connector("old-store");
      DashboardPage page = open("/connectors").shows("Connectors");
      Locator card = card(page, "old-store");
      assertThat(card).containsText("Ready");
      card.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("More for old-store"))
          .click();
      page.button("Unregister").click();
      assertThat(page.question()).containsText("Unregister old-store?");
      assertThat(page.question().getByText("Keep it")).isFocused();
      page.question().getByText("Keep it").click();
      assertThat(card).isVisible();
      // It would register again with its next heartbeat.
      old.signal("STOP");
      card.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("More for old-store"))
          .click();
      page.button("Unregister").click();
      page.question()
          .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Unregister"))
          .click();
      assertThat(page.toast("old-store is unregistered")).isVisible();
      assertThat(card).hasCount(0);
    }
  }
}
