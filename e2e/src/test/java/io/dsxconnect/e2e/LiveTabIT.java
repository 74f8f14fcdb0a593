package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Clock;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tab in a browser that lacks something, whose clock is wrong, or under which the server changed.
 */
class LiveTabIT extends BrowserFixture {
  private static final Pattern LIVE = Pattern.compile("^Live$");

  @BeforeAll
  void start(@TempDir Path temp) {
    visits(new AllInOne(temp).start());
  }

  private DashboardPage visitor() {
    return visit(dsx().url(), Look.DESK);
  }

  @Test
  void a_browser_without_shared_workers_has_a_stream_for_each_tab() {
    DashboardPage visitor = visitor();
    visitor.page().addInitScript("delete window.SharedWorker");
    assertThat(visitor.open("/").text(LIVE)).isVisible();
  }

  @Test
  void bug_a_tab_stood_still_after_its_shared_worker_had_died() {
    DashboardPage visitor = visitor();
    Page page = visitor.page();
    page.addInitScript("window.SharedWorker = class { port = { postMessage() {}, close() {} }; }");
    page.clock().install();
    visitor.open("/").shows("Overview");
    assertThat(visitor.text("Connecting")).isVisible();
    page.clock().runFor(80_000);
    page.clock().resume();
    assertThat(visitor.text(LIVE)).isVisible();
  }

  @Test
  void bug_a_page_did_not_say_that_the_server_has_another_version() {
    DashboardPage visitor = visitor();
    visitor
        .page()
        .route(
            Pattern.compile("/results$"),
            route ->
                route.fulfill(
                    new Route.FulfillOptions()
                        .setResponse(route.fetch())
                        .setBody(
                            route
                                .fetch()
                                .text()
                                .replaceFirst("dsx-version\" content=\"", "$0another-"))));
    visitor.open("/results").shows("Results");
    assertThat(visitor.button("Load it now")).isVisible();
    visitor.page().evaluate("() => { window.before = true; }");
    visitor.navigation("Jobs").click();
    visitor.shows("Jobs");
    assertThat(visitor.text(LIVE)).isVisible();
    assertThat(visitor.button("Load it now")).isHidden();
    assertThat(visitor.page().evaluate("() => window.before === undefined")).isEqualTo(true);
  }

  @Test
  void bug_ages_were_by_the_clock_of_the_browser() {
    DashboardPage visitor = visitor();
    // A test can set the clock of the tab, not that of its shared worker.
    visitor.page().addInitScript("delete window.SharedWorker");
    Date late = Date.from(Instant.now().plus(2, ChronoUnit.HOURS));
    visitor.page().clock().install(new Clock.InstallOptions().setTime(late));
    visitor.open("/").shows("Overview");
    assertThat(visitor.text(LIVE)).isVisible();
    visitor.page().clock().runFor(3_000);
    String shown = visitor.page().locator(".page-head time").getAttribute("datetime");
    assertThat(Instant.parse(shown)).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
  }

  @Test
  void bug_an_unknown_address_showed_json_or_the_page_of_a_job() {
    DashboardPage visitor = visitor();
    visitor.faults().expect("answer: 404 GET .*/(nothing|jobs/a/b)");
    visitor.open("/nothing").shows("Page not found");
    visitor.open("/jobs/a/b").shows("Page not found");
    visitor.link("Overview").last().click();
    visitor.shows("Overview");
  }
}
