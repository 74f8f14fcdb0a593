package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The records of files: found, filtered, sorted, opened, exported, followed live. */
class ResultsIT extends BrowserFixture {
  private static final int CLEAN = 120;
  private static final ObjectMapper JSON = new ObjectMapper();

  private AllInOne dsx;
  private Path asset;
  private String connectorUrl = "";
  private String job = "";

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    dsx = new AllInOne(temp).start();
    asset = TestFiles.small(temp.resolve("asset"), CLEAN);
    Files.write(asset.resolve("eicar.com"), TestFiles.eicar());
    Files.writeString(asset.resolve("large-report.txt"), "x".repeat(50_000));
    connectorUrl = dsx.startConnector("files", asset, Map.of()).ready();
    job = dsx.api().fullScan(dsx.api().connector("files"));
    dsx.api().finished(job);
    Path other = Files.writeString(asset.resolve("of-another-job.txt"), "other");
    dsx.api().scan(connectorUrl, other.toString(), "another");
    dsx.api().ended("another", 1);
    visits(dsx);
  }

  @Test
  void a_search_that_the_api_ends_after_a_while_is_completed_by_the_page() {
    DashboardPage page = open("/results");
    List<String> asked = new CopyOnWriteArrayList<>();
    page.page()
        .route(
            Pattern.compile("/scan/results\\?.*text=large-report"),
            route -> {
              asked.add(route.request().url());
              APIResponse answer = route.fetch();
              Map<String, String> headers = new HashMap<>(answer.headers());
              if (asked.size() == 1) {
                headers.put("x-search-cursor", "100000");
              }
              String body = asked.size() == 1 ? "[]" : answer.text();
              headers.remove("content-encoding");
              headers.remove("content-length");
              headers.remove("transfer-encoding");
              route.fulfill(
                  new Route.FulfillOptions().setStatus(200).setHeaders(headers).setBody(body));
            });
    page.field("Search results").fill("large-report");
    assertThat(page.row("file-")).hasCount(0);
    assertThat(page.row("large-report.txt")).isVisible();
    assertThat(asked).hasSizeGreaterThan(1);
    assertThat(asked.get(1)).contains("cursor=100000");
  }

  @Test
  void the_text_search_finds_paths_hashes_and_jobs() {
    DashboardPage page = open("/results").shows("Results");
    Locator search = page.field("Search results");
    search.fill("large-report");
    page.atAddressWith("text=large-report");
    assertThat(page.row("large-report.txt")).isVisible();
    assertThat(page.row("file-0.txt")).hasCount(0);
    search.fill(TestFiles.sha256Of(TestFiles.eicar()));
    assertThat(page.row("eicar.com")).isVisible();
    search.fill(job);
    assertThat(page.row("eicar.com")).isVisible();
    assertThat(page.row("of-another-job.txt")).hasCount(0);
    search.fill("no-such-file-anywhere");
    assertThat(page.text("No result matches")).isVisible();
    page.button("Reset the filter").click();
    assertThat(page.row("file-").first()).isVisible();
  }

  @Test
  void filters_narrow_the_list_and_stay_on_reload_and_back() {
    DashboardPage page = open("/results").shows("Results");
    page.button("Verdict: any").click();
    page.page().getByLabel("Malicious").check();
    page.press("Escape");
    page.atAddressWith("outcome=malicious");
    assertThat(page.row("file-")).hasCount(0);
    assertThat(page.row("eicar.com")).isVisible();
    page.reload();
    assertThat(page.button("Verdict: malicious")).isVisible();
    assertThat(page.row("eicar.com")).isVisible();
    assertThat(page.row("file-")).hasCount(0);
    page.back();
    assertThat(page.row("file-").first()).isVisible();
  }

  @Test
  void sorting_and_paging_are_states_of_the_address() {
    DashboardPage page = open("/results?job_id=" + job).shows("Results");
    page.page()
        .getByRole(AriaRole.COLUMNHEADER, new Page.GetByRoleOptions().setName("Size"))
        .getByRole(AriaRole.LINK)
        .click();
    page.atAddressWith("sort=size");
    Locator rows = page.page().locator("tbody").getByRole(AriaRole.ROW);
    assertThat(rows.first()).containsText("large-report.txt");
    assertThat(rows).hasCount(50);
    page.button("Next").click();
    page.atAddressWith("offset=50");
    assertThat(page.text("51 – 100 of " + (CLEAN + 2))).isVisible();
    page.reload();
    assertThat(page.text("51 – 100 of " + (CLEAN + 2))).isVisible();
    page.back();
    assertThat(rows.first()).containsText("large-report.txt");
  }

  @Test
  void an_export_holds_what_the_filter_shows() throws Exception {
    DashboardPage page = open("/results?outcome=malicious").shows("Results");
    assertThat(page.row("eicar.com")).isVisible();
    page.button("Export").click();
    String lines =
        page.download(
            () ->
                page.page()
                    .getByRole(
                        AriaRole.LINK,
                        new Page.GetByRoleOptions().setName(Pattern.compile("^NDJSON")))
                    .click());
    List<JsonNode> records = lines.lines().map(ResultsIT::parsed).toList();
    assertThat(records)
        .extracting(record -> record.path("scan_request").path("location").asText())
        .anyMatch(location -> location.endsWith("/eicar.com"))
        .allMatch(location -> location.endsWith(".com"));
    page.button("Export").click();
    String csv =
        page.download(
            () ->
                page.page()
                    .getByRole(
                        AriaRole.LINK, new Page.GetByRoleOptions().setName(Pattern.compile("^CSV")))
                    .click());
    assertThat(csv.lines().count()).isEqualTo(records.size() + 1L);
    assertThat(csv).contains("/eicar.com").doesNotContain("file-0.txt");
  }

  private static JsonNode parsed(String line) {
    try {
      return JSON.readTree(line);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError("not JSON: " + line, e);
    }
  }

  @Test
  void a_link_to_a_record_opens_it_for_somebody_else() {
    DashboardPage page = open("/results?outcome=malicious&job_id=" + job).shows("Results");
    page.row("eicar.com").getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).isVisible();
    String address = page.page().url();
    DashboardPage other = open(address.substring(dsx.url().length()), Look.DESK_DARK);
    assertThat(other.drawer()).containsText("eicar.com");
    other.leaveDrawer();
  }

  @Test
  void bug_a_name_was_cut_while_its_folder_had_room() {
    DashboardPage page = open("/results?text=large-report").shows("Results");
    page.page().setViewportSize(700, 800);
    Locator path = page.row("large-report.txt").locator(".path");
    assertThat(path.locator(".head").evaluate("part => part.scrollWidth > part.clientWidth"))
        .as("the folder is cut")
        .isEqualTo(true);
    assertThat(path.locator(".stem").evaluate("part => part.scrollWidth > part.clientWidth"))
        .as("the name is cut")
        .isEqualTo(false);
  }

  @Test
  void bug_what_the_stand_in_calls_benign_was_plain_benign_in_the_overview() {
    DashboardPage page = open("/").shows("Overview");
    assertThat(
            page.page()
                .getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("What was found")))
        .containsText("Benign (demo)");
  }

  @Test
  void bug_back_opened_again_what_was_closed() {
    DashboardPage page = open("/").shows("Overview");
    page.navigation("Results").click();
    page.shows("Results");
    page.button("Verdict: any").click();
    page.page().getByLabel("Malicious").check();
    page.press("Escape");
    page.at("/results?outcome=malicious");
    page.row("eicar.com").getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).isVisible();
    page.press("]").leaveDrawer();
    page.at("/results?outcome=malicious");
    page.back().at("/results");
    assertThat(page.drawer()).isHidden();
    page.back().shows("Overview");
  }

  @Test
  void bug_the_short_id_of_a_job_found_nothing() {
    DashboardPage page = open("/").shows("Overview");
    String brief = job.substring(0, 8);
    page.field("Search file, hash or job").fill(brief);
    page.press("Enter").shows("Results");
    page.link("Open job " + brief).click();
    page.at("/jobs/" + job);
  }

  @Test
  void bug_a_name_of_the_list_was_not_found_in_the_page_and_copied_in_three_lines() {
    DashboardPage page = open("/results?text=large-report").shows("Results");
    Locator path = page.row("large-report.txt").locator(".path");
    page.page().setViewportSize(1900, 900);
    assertThat(path).hasText(asset.resolve("large-report.txt").toString());
    assertThat(path).not().hasClass(Pattern.compile("tight"));
    assertThat(page.page().evaluate("() => find('large-report.txt')")).isEqualTo(true);
    assertThat(
            path.evaluate(
                "whole => { getSelection().selectAllChildren(whole); return String(getSelection());"
                    + " }"))
        .isEqualTo(asset.resolve("large-report.txt").toString());
  }

  @Test
  void columns_and_density_are_kept_in_the_browser() {
    DashboardPage page = open("/results").shows("Results");
    page.button(Pattern.compile("^Columns")).click();
    page.page().getByLabel("SHA-256", new Page.GetByLabelOptions().setExact(true)).check();
    page.press("Escape");
    page.button("Dense rows").click();
    Locator column =
        page.page()
            .getByRole(AriaRole.COLUMNHEADER, new Page.GetByRoleOptions().setName("SHA-256"));
    assertThat(column).isVisible();
    page.reload();
    assertThat(column).isVisible();
    assertThat(page.button("Dense rows")).hasAttribute("aria-pressed", "true");
  }

  @Test
  void new_results_appear_by_themselves_and_wait_while_paused() throws Exception {
    DashboardPage page = open("/results").shows("Results");
    assertThat(page.text("New results appear at the top.")).isVisible();
    Path fresh = asset.resolve("fresh-1.txt");
    Files.write(fresh, "fresh".getBytes(StandardCharsets.UTF_8));
    dsx.api().scan(connectorUrl, fresh.toString(), "live");
    assertThat(page.row("fresh-1.txt")).isVisible();
    page.press("p");
    assertThat(page.text("Paused.")).isVisible();
    Path second = asset.resolve("fresh-2.txt");
    Files.write(second, "fresh too".getBytes(StandardCharsets.UTF_8));
    dsx.api().scan(connectorUrl, second.toString(), "live");
    assertThat(page.text(Pattern.compile("1 more"))).isVisible();
    assertThat(page.row("fresh-2.txt")).hasCount(0);
    page.button("Show them").click();
    assertThat(page.row("fresh-2.txt")).isVisible();
  }
}
