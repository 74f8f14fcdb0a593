package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The API is killed under an open page and started again, while the workers go on. */
class StreamIT extends BrowserFixture {
  private static final int FILES = 400;

  private Deployment deployment;
  private DsxProcess api;
  private String connector = "";

  @Override
  Running start(Path temp) throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), FILES);
    deployment = new Deployment(temp);
    api = deployment.startApi();
    deployment.startScanner("--delay", "40").ready();
    deployment.startWorker(
        4, Deployment.SCAN, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY);
    deployment.startConnector("files", asset, 0, Map.of()).ready();
    connector = deployment.api.connector("files");
    return deployment;
  }

  @Test
  void a_bar_says_since_when_and_the_page_is_true_again_without_a_reload() throws Exception {
    DashboardPage page = open("/results").shows("Results");
    assertThat(page.text(Pattern.compile("^Live$"))).isVisible();
    String job = deployment.api.fullScan(connector);
    deployment.api.listed(job);
    // What a page asks while nobody answers is no fault of the page.
    page.faults().expect("no answer: GET .*");
    page.faults().expect("answer: 50[0-9] .*");
    api.kill();
    assertThat(page.text(Pattern.compile("No live events since"))).isVisible();
    api = deployment.startApi();
    api.ready();
    assertThat(page.text(Pattern.compile("No live events since"))).isHidden();
    assertThat(page.text(Pattern.compile("^Live$"))).isVisible();
    deployment.api.everyFileEndedOnce(job, TestFiles.in(deployment.folder().resolve("asset")));
    assertThat(page.page().getByText(job.substring(0, 8)).first()).isVisible();
    assertThat(FILES).isPositive();
  }
}
