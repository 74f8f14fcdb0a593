package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in force and from where: configuration, scanner, workers. */
class SettingsIT extends BrowserFixture {
  private static final String SECRET = "s3cret-that-nobody-sees";

  private static final Pattern REDIS = Pattern.compile("^DSXCONNECT_REDIS_URL ");

  private AllInOne dsx;

  @BeforeAll
  void start(@TempDir Path temp) {
    dsx =
        new AllInOne(temp)
            .scanner()
            .set("DSXCONNECT_SCANNER__AUTH_TOKEN", SECRET)
            .set("DSXCONNECT_ALLOW_OPEN_CONFIG", "true")
            .start();
    visits(dsx);
  }

  @Test
  void settings_have_their_value_and_its_source_and_no_secret_is_shown() {
    DashboardPage page = open("/settings").shows("Settings");
    assertThat(page.row("DSXCONNECT_SCANNER__BASE_URL")).containsText("environment");
    Locator token = page.row("DSXCONNECT_SCANNER__AUTH_TOKEN");
    assertThat(token).containsText("set, not shown");
    page.field("Find a setting").fill("AUTH_TOKEN");
    assertThat(token).isVisible();
    assertThat(page.row("DSXCONNECT_SCANNER__BASE_URL")).hasCount(0);
    assertThat(page.page().locator("body")).not().containsText(SECRET);
  }

  @Test
  void all_settings_and_those_of_one_source_are_states_of_the_address() {
    DashboardPage page = open("/settings").shows("Settings");
    page.button(Pattern.compile("^Show all")).click();
    page.atAddressWith("all=1");
    assertThat(page.row(REDIS)).isVisible();
    page.reload();
    assertThat(page.row(REDIS)).isVisible();
    page.choose("Show", "environment");
    page.atAddressWith("source=environment");
    assertThat(page.row(REDIS)).hasCount(0);
    page.back();
    assertThat(page.row(REDIS)).isVisible();
  }

  @Test
  void the_four_workers_are_there_by_their_heartbeat() {
    DashboardPage page = open("/settings#workers").shows("Settings");
    for (String queue :
        new String[] {Deployment.SCAN, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY}) {
      assertThat(page.row(queue).first()).containsText("Ready");
    }
  }

  @Test
  void bug_a_link_to_a_part_ended_above_it_when_the_parts_before_it_grew() {
    DashboardPage page = open("/settings?all=1#workers").shows("Settings");
    assertThat(page.row(REDIS)).isVisible();
    Locator worker = page.page().locator("#workers tbody tr").first();
    assertThat(worker).isVisible();
    assertThat(worker).isInViewport();
  }

  @Test
  void the_scanner_is_tested_with_a_harmless_file() {
    DashboardPage page = open("/settings#scanner").shows("Settings");
    page.button("Test with a harmless file").click();
    assertThat(page.toast("The scanner judged a harmless test file")).isVisible();
  }

  @Test
  void another_scanner_is_used_after_a_question_and_a_wrong_address_is_refused() {
    DashboardPage page = open("/settings#scanner").shows("Settings");
    page.faults().expect("answer: 4[0-9][0-9] PUT .*/config");
    page.button("Change the address").click();
    page.field("Address of the scanner").fill("ftp://nowhere");
    page.button("Use this scanner").click();
    page.question().getByText("Use it").click();
    assertThat(page.page().locator("#scanner-url-refused")).isVisible();
    page.field("Address of the scanner").fill(dsx.scannerUrl() + "/scan/binary/v2");
    page.button("Use this scanner").click();
    page.question().getByText("Use it").click();
    assertThat(page.toast("The scanner is changed")).isVisible();
  }

  @Test
  void the_place_of_operators_says_that_there_are_none() {
    DashboardPage page = open("/settings").shows("Settings");
    assertThat(page.text("Everybody who reaches this address may do everything here")).isVisible();
  }
}
