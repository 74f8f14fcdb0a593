package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API is killed under open pages and started again, while the workers go on. */
class StreamIT extends BrowserFixture {
  private static final int FILES = 160;
  private static final Pattern LIVE = Pattern.compile("^Live$");

  private Deployment deployment;
  private DsxProcess api;
  private Set<String> files = Set.of();
  private String connector = "";

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), FILES);
    files = TestFiles.in(asset);
    deployment = new Deployment(temp);
    api = deployment.startApi();
    deployment.startScanner("--delay", "100").ready();
    deployment.startWorker(2, Deployment.SCAN);
    deployment.startWorker(4, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY).ready();
    deployment.startConnector("files", asset, 0, Map.of()).ready();
    connector = deployment.api.connector("files");
    visits(deployment);
  }

  /** What a page asks while nobody answers is no fault of the page. */
  private DashboardPage openBesideFaults(String path) {
    DashboardPage page = open(path);
    page.faults().expect("no answer: GET .*");
    page.faults().expect("answer: 50[0-9] .*");
    return page;
  }

  @Test
  void a_bar_says_since_when_and_the_pages_are_true_again_without_a_reload() throws Exception {
    DashboardPage results = openBesideFaults("/results").shows("Results");
    DashboardPage jobs = openBesideFaults("/jobs").shows("Jobs");
    assertThat(results.text(LIVE)).isVisible();
    assertThat(jobs.text(LIVE)).isVisible();
    String job = deployment.api.fullScan(connector);
    deployment.api.listed(job);
    deployment.api.ended(job, 10);

    api.kill();
    for (DashboardPage page : List.of(results, jobs)) {
      assertThat(page.text(Pattern.compile("No live events since \\d\\d:\\d\\d:\\d\\d")))
          .isVisible();
      assertThat(page.text("(last known)")).isVisible();
    }
    api = deployment.startApi();
    api.ready();
    for (DashboardPage page : List.of(results, jobs)) {
      assertThat(page.text("(last known)")).isHidden();
      assertThat(page.text("No live events since")).isHidden();
      assertThat(page.text(LIVE)).isVisible();
    }

    deployment.api.everyFileEndedOnce(job, files);
    assertThat(jobs.row(job.substring(0, 8))).containsText("Completed");
    assertThat(jobs.row(job.substring(0, 8))).containsText(FILES + " files");
    assertThat(results.text(Pattern.compile("\\b" + FILES + " records kept"))).isVisible();
    Locator shown = results.page().locator("tbody").getByRole(AriaRole.ROW);
    assertThat(shown).hasCount(50);
    assertThat(shown.locator(".path").evaluateAll("all => new Set(all.map(e => e.title)).size"))
        .isEqualTo(50);
    List<Result> newest =
        deployment.api.results(job).stream()
            .sorted(java.util.Comparator.comparingLong(Result::id).reversed())
            .limit(50)
            .toList();
    for (Result record : List.of(newest.getFirst(), newest.get(25), newest.getLast())) {
      assertThat(results.row(record.location().replaceAll(".*/", ""))).hasCount(1);
    }
  }

  @Test
  void the_button_of_the_bar_tries_at_once() {
    DashboardPage page = openBesideFaults("/").shows("Overview");
    assertThat(page.text(LIVE)).isVisible();
    api.kill();
    assertThat(page.button("Try now")).isVisible();
    api = deployment.startApi();
    api.ready();
    page.button("Try now").click();
    assertThat(page.text("No live events since")).isHidden();
  }
}
