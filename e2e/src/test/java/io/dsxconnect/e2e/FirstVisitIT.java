package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A visitor opens the page of a core that has just been started and has no connector. */
class FirstVisitIT extends BrowserFixture {
  @BeforeAll
  void start(@TempDir Path temp) {
    visits(new AllInOne(temp).start());
  }

  @Test
  void the_overview_says_that_the_stand_in_is_no_scanner_and_that_events_arrive() {
    DashboardPage page = open("/").shows("Overview");
    assertThat(page.text("Stand-in scanner").first()).isVisible();
    assertThat(page.text(Pattern.compile("^Live$"))).isVisible();
  }

  @ParameterizedTest
  @CsvSource({
    "Connectors, /connectors",
    "Jobs, /jobs",
    "Results, /results",
    "Dead letters, /dead-letters",
    "Settings, /settings",
  })
  void each_page_opens_from_the_rail_and_keeps_its_address_on_reload(String name, String path) {
    DashboardPage page = open("/").shows("Overview");
    page.navigation(name).click();
    page.shows(name).at(path);
    page.reload().shows(name).at(path);
    page.back().shows("Overview").at("/");
  }

  @Test
  void the_empty_list_of_connectors_shows_the_command_that_adds_one() {
    DashboardPage page = open("/connectors").shows("Connectors");
    assertThat(page.text("No connector has registered yet")).isVisible();
    assertThat(page.text("DSXCONNECTOR_DSX_CONNECT_URL=" + dsx().url())).isVisible();
  }

  @ParameterizedTest
  @CsvSource({
    "Overview, /",
    "Connectors, /connectors",
    "Jobs, /jobs",
    "Results, /results",
    "Dead letters, /dead-letters",
  })
  void each_page_without_data_is_accessible_and_drawn(String name, String path) {
    DashboardPage page = open(path).shows(name);
    assertThat(page.page().getByText(Pattern.compile("^Loading$"))).hasCount(0);
    page.look("empty-" + name.toLowerCase(Locale.ROOT).replace(' ', '-'));
  }

  @Test
  void a_theme_that_was_chosen_stays_after_a_reload() {
    DashboardPage page = open("/").shows("Overview");
    page.button("Theme: system. Change").click();
    page.button("Theme: light. Change").click();
    assertThat(page.button("Theme: dark. Change")).isVisible();
    page.reload();
    assertThat(page.button("Theme: dark. Change")).isVisible();
    assertThat(page.page().locator("html")).hasAttribute("data-theme", "dark");
  }

  @Test
  void an_address_that_does_not_exist_is_an_answer_of_404() {
    DashboardPage page = open("/").shows("Overview");
    page.faults().expect("answer: 404 GET .*/no-such-page");
    page.open("/no-such-page");
    assertThat(page.page().locator("body"))
        .containsText(Pattern.compile("not found|404", Pattern.CASE_INSENSITIVE));
  }

  @Test
  void two_tabs_share_one_stream_of_events() {
    DashboardPage page = open("/").shows("Overview");
    assertThat(page.text(Pattern.compile("^Live$"))).isVisible();
    Page second = page.tab("/jobs");
    assertThat(second.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)))
        .hasText("Jobs");
    assertThat(second.getByText(Pattern.compile("^Live$"))).isVisible();
  }
}
