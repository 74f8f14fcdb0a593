package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that were given up: looked at, replayed, discarded. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeadLettersIT extends BrowserFixture {
  private static final int REPLAYED = 6;
  private static final int DISCARDED = 4;

  private static final String REPLAYED_JOB = "replayed-job";
  private static final String DISCARDED_JOB = "discarded-job";
  private static final String KEPT_JOB = "kept-job-of-3";

  private AllInOne dsx;

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    dsx =
        new AllInOne(temp)
            .set("DSXCONNECT_WORKERS__SCAN_REQUEST_MAX_RETRIES", "0")
            .scanner("--behave", "broken")
            .start();
    List<String> files =
        List.copyOf(TestFiles.in(TestFiles.small(temp.resolve("archive"), REPLAYED)));
    String connector = dsx.startConnector("archive", temp.resolve("archive"), Map.of()).ready();
    for (Map.Entry<String, Integer> job :
        Map.of(REPLAYED_JOB, REPLAYED, DISCARDED_JOB, DISCARDED, KEPT_JOB, 3).entrySet()) {
      for (String file : files.subList(0, job.getValue())) {
        dsx.api().scan(connector, file, job.getKey());
      }
      dsx.api().ended(job.getKey(), job.getValue());
      assertThat(dsx.api().ledger(job.getKey()).failed()).isEqualTo(job.getValue().longValue());
    }
    dsx.scanner();
    visits(dsx);
  }

  private static String brief(String job) {
    return job.substring(0, 8);
  }

  @Test
  void a_group_is_looked_at_and_its_link_opens_it_again() {
    DashboardPage page = open("/dead-letters").shows("Dead letters");
    Locator link = page.row(brief(KEPT_JOB)).getByRole(AriaRole.LINK).first();
    link.click();
    assertThat(page.drawer()).containsText("3 tasks");
    assertThat(page.drawer()).containsText("file-0.txt");
    String address = page.page().url();
    page.reload();
    assertThat(page.drawer()).containsText("file-2.txt");
    page.leaveDrawer();
    page.at("/dead-letters");
    page.page().goForward();
    assertThat(page.page()).hasURL(address);
    assertThat(page.drawer()).isVisible();
  }

  @Test
  void dead_letters_are_replayed_and_their_files_get_their_verdict() throws Exception {
    DashboardPage page = open("/dead-letters").shows("Dead letters");
    page.row(brief(REPLAYED_JOB)).getByRole(AriaRole.LINK).first().click();
    // The second click of a double click is no answer to the question.
    page.drawer().getByText("Replay 6").dblclick();
    assertThat(page.question()).containsText("Replay 6 dead letters of job " + brief(REPLAYED_JOB));
    assertThat(page.question()).containsText("becomes waiting");
    page.question().getByText("Replay 6", new Locator.GetByTextOptions().setExact(true)).click();
    assertThat(page.toast("6 dead letters replayed")).isVisible();
    assertThat(page.row(brief(REPLAYED_JOB))).hasCount(0);
    await("the replayed files have their verdict")
        .atMost(DsxProcess.PATIENCE)
        .untilAsserted(
            () -> assertThat(dsx.api().ledger(REPLAYED_JOB).benign()).isEqualTo(REPLAYED));
    assertThat(dsx.api().ledger(REPLAYED_JOB).failed()).isZero();
    assertThat(dsx.api().results(REPLAYED_JOB))
        .hasSize(REPLAYED)
        .extracting(Result::location)
        .doesNotHaveDuplicates();
  }

  @Test
  void dead_letters_are_discarded_only_after_a_question_that_says_what_it_does() throws Exception {
    DashboardPage page = open("/dead-letters").shows("Dead letters");
    page.row(brief(DISCARDED_JOB)).getByRole(AriaRole.CHECKBOX).check();
    assertThat(page.toast("4 chosen in 1 group, all of job " + brief(DISCARDED_JOB))).isVisible();
    page.button("Discard 4").click();
    assertThat(page.question())
        .containsText("Discard 4 dead letters of job " + brief(DISCARDED_JOB));
    assertThat(page.question()).containsText("stay failed in the ledger");
    Locator safe = page.question().getByText("Keep them");
    assertThat(safe).isFocused();
    safe.click();
    assertThat(page.question()).isHidden();
    assertThat(page.row(brief(DISCARDED_JOB))).isVisible();
    page.button("Discard 4").click();
    page.question().getByText(Pattern.compile("^Discard 4$")).click();
    assertThat(page.toast("4 dead letters discarded")).isVisible();
    assertThat(page.row(brief(DISCARDED_JOB))).hasCount(0);
    assertThat(dsx.api().ledger(DISCARDED_JOB).failed()).isEqualTo(DISCARDED);
    page.reload();
    assertThat(page.row(brief(KEPT_JOB))).isVisible();
    assertThat(page.row(brief(DISCARDED_JOB))).hasCount(0);
  }

  @Test
  void bug_a_group_without_a_job_was_filtered_by_nothing() {
    DashboardPage page = open("/dead-letters").shows("Dead letters");
    assertThat(
            page.page()
                .evaluate(
                    """
                    async () => {
                      const app = document.querySelector('script[type=module]').src;
                      const { filterOf } = await import(new URL('pages/dead-letter-words.js', app));
                      return JSON.stringify(filterOf(
                        {queue_type: 'scan_request', reason: 'a', connector_uuid: null, job_id: null}));
                    }
                    """))
        .isEqualTo(
            "{\"queue_type\":\"scan_request\",\"reason\":\"a\",\"without\":\"connector,job\"}");
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void bug_letters_of_a_deleted_job_are_not_replayed_and_the_page_says_so() throws Exception {
    // So that it ends at once, and not only after a minute without work.
    dsx.api().send("POST", "/scan/jobs/" + KEPT_JOB + "/cancel");
    assertThat(dsx.api().finished(KEPT_JOB).failed()).isEqualTo(3);
    assertThat(dsx.api().send("DELETE", "/scan/jobs").statusCode()).isEqualTo(200);
    DashboardPage page = open("/dead-letters").shows("Dead letters");
    Locator row = page.row(KEPT_JOB);
    assertThat(row).containsText("not kept any more");
    row.getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).containsText("they cannot be replayed");
    assertThat(page.drawer().getByText("Replay 3")).isDisabled();
    page.leaveDrawer();
    row.getByRole(AriaRole.CHECKBOX).check();
    page.button("Replay 3").click();
    assertThat(page.toast("Nothing can be replayed")).isVisible();
    page.button("Discard 3").click();
    page.question().getByText(Pattern.compile("^Discard 3$")).click();
    assertThat(page.toast("3 dead letters discarded")).isVisible();
    assertThat(page.row(KEPT_JOB)).hasCount(0);
  }
}
