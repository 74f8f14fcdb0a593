package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * A core with something of everything: connectors that are ready, gone and busy, jobs that run,
 * wait and have ended, malicious files that were moved and that could not be, files without a
 * verdict, dead letters; and the states of all pages.
 */
abstract class ScenesFixture extends BrowserFixture {
  private static final String DEAD_JOB = "nightly-backup";

  private String finance = "";
  private String ended = "";
  private String active = "";
  private String stuck = "";
  private String failedMove = "";

  @BeforeAll
  final void start(@TempDir Path temp) throws Exception {
    AllInOne dsx =
        new AllInOne(temp)
            .scanner("--behave", "broken")
            .set("DSXCONNECT_WORKERS__SCAN_REQUEST_MAX_RETRIES", "0")
            .set("DSXCONNECT_SCANNER__MAX_FILE_SIZE_BYTES", "1000000")
            .set("DSXCONNECT_SCAN_REQUEST_WORKER_CONCURRENCY", "4")
            .start();
    Path shares = temp.resolve("srv/shares");
    Path backups = TestFiles.small(shares.resolve("backups"), 40);
    String backupUrl = dsx.startConnector("backups", backups, named("Cold backups")).ready();
    for (String file : TestFiles.in(backups).stream().limit(7).toList()) {
      dsx.api().scan(backupUrl, file, DEAD_JOB);
    }
    dsx.api().ended(DEAD_JOB, 7);
    dsx.scanner("--delay", "40");

    fillFinance(shares.resolve("finance"));
    finance =
        dsx.connector(
            "filesystem-connector",
            shares.resolve("finance"),
            Map.of(
                "DSXCONNECTOR_DISPLAY_NAME", "Finance share",
                "DSXCONNECTOR_FILTER", "-tmp",
                "DSXCONNECTOR_ITEM_ACTION", "move",
                "DSXCONNECTOR_ITEM_ACTION_MOVE_METAINFO", "quarantine"));
    ended = dsx.api().fullScan(finance);
    dsx.api().finished(ended);

    Path legal = shares.resolve("legal");
    Files.createDirectories(legal);
    Files.write(legal.resolve("Offer_final.docm"), TestFiles.eicar());
    stuck = dsx.api().fullScan(dsx.connectorThatCannotMove("legal", legal, named("Legal bucket")));
    dsx.api().finished(stuck);
    failedMove =
        dsx.api().results(stuck).stream()
            .filter(record -> record.verdict().equals("Malicious"))
            .findFirst()
            .orElseThrow()
            .task();

    // It must still run at the last scene.
    dsx.scanner("--delay", "150");
    Path archive = TestFiles.small(shares.resolve("hr"), 9_000);
    String archiveConnector = dsx.connector("archive", archive, named("HR archive"));
    active = dsx.api().fullScan(archiveConnector);
    dsx.api().listed(active);
    // Long enough for projections.
    dsx.api().ended(active, 170);
    visits(dsx);
  }

  private static Map<String, String> named(String name) {
    return Map.of("DSXCONNECTOR_DISPLAY_NAME", name);
  }

  private static void fillFinance(Path folder) throws IOException {
    Path inbound = Files.createDirectories(folder.resolve("2026/invoices/inbound/Q4"));
    Files.write(inbound.resolve("Rechnung_88213\u202egpj.scr"), TestFiles.eicar());
    Files.write(inbound.resolve("<img src=x onerror=alert(1)>.xlsm"), TestFiles.eicar());
    Files.write(inbound.resolve("setup_patched.exe"), TestFiles.eicar());
    for (int i = 1; i <= 60; i++) {
      Files.writeString(inbound.resolve("invoice-2026-" + (1000 + i) + ".pdf"), "invoice " + i);
    }
    TestFiles.sparse(
        Files.createDirectories(folder.resolve("backup/vm")).resolve("acc-db01-disk0.vmdk"),
        2_000_000);
  }

  /** Every page and main state. */
  final Stream<Scene> scenes() {
    return Stream.of(
        scene("overview", "/", page -> page.shows("Overview")),
        scene("overview-day", "/?range=day&unit=bytes", page -> page.shows("Overview")),
        scene("connectors", "/connectors", page -> page.shows("Connectors").text("Legal bucket")),
        scene(
            "connector-state",
            "/connectors?connector=" + finance,
            page -> assertThat(page.drawer()).containsText("It answers, and says")),
        scene(
            "connector-configure",
            "/connectors?connector=" + finance + "&view=configure",
            page ->
                assertThat(
                        page.drawer()
                            .getByRole(
                                AriaRole.TEXTBOX, new Locator.GetByRoleOptions().setName("Filter")))
                    .isVisible()),
        scene(
            "connector-preview",
            "/connectors?connector=" + finance + "&view=preview",
            page -> assertThat(page.drawer()).containsText("invoice-2026")),
        scene("connector-add", "/connectors?add=1", page -> assertThat(page.drawer()).isVisible()),
        scene(
            "connector-full-scan",
            "/connectors",
            page -> {
              page.button("Full scan of Finance share").click();
              assertThat(page.question()).isVisible();
            }),
        scene("jobs", "/jobs", page -> assertThat(page.row(ended.substring(0, 8))).isVisible()),
        scene(
            "job-running",
            "/jobs/" + active,
            page -> assertThat(page.heading()).containsText("HR archive")),
        scene(
            "job-ended",
            "/jobs/" + ended,
            page -> assertThat(page.text("every file is settled")).isVisible()),
        scene(
            "job-cancel",
            "/jobs/" + active,
            page -> {
              page.button("Cancel job").click();
              assertThat(page.question()).isVisible();
            }),
        scene(
            "job-unknown",
            "/jobs/no-such-job",
            page -> assertThat(page.text("No job has this id")).isVisible()),
        scene(
            "compare",
            "/jobs/compare?jobs=" + ended + "," + active,
            page -> assertThat(page.row("1 million files").first()).isVisible()),
        scene("results", "/results", page -> assertThat(page.row("Benign").first()).isVisible()),
        scene(
            "results-malicious",
            "/results?outcome=malicious,no_verdict",
            page -> assertThat(page.row("setup_patched.exe")).isVisible()),
        scene(
            "result",
            "/results?outcome=malicious&open=" + failedMove,
            page -> assertThat(page.drawer()).containsText("It is still where it was found")),
        scene(
            "results-none",
            "/results?text=no-such-file",
            page -> assertThat(page.text("No result matches")).isVisible()),
        scene(
            "dead-letters",
            "/dead-letters",
            page -> assertThat(page.row(DEAD_JOB.substring(0, 8))).isVisible()),
        scene(
            "dead-letter",
            "/dead-letters",
            page -> {
              page.row(DEAD_JOB.substring(0, 8)).getByRole(AriaRole.LINK).first().click();
              assertThat(page.drawer()).containsText("The first 4 of 7");
            }),
        scene(
            "dead-letters-discard",
            "/dead-letters",
            page -> {
              page.row(DEAD_JOB.substring(0, 8)).getByRole(AriaRole.LINK).first().click();
              page.drawer()
                  .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Discard"))
                  .click();
              assertThat(page.question()).isVisible();
            }),
        scene(
            "settings",
            "/settings",
            page -> assertThat(page.row("DSXCONNECT_SCANNER__BASE_URL")).isVisible()),
        scene(
            "settings-workers",
            "/settings#workers",
            page -> assertThat(page.row(Deployment.SCAN).first()).isVisible()),
        scene("help", "/help", page -> page.shows("Help")),
        scene(
            "first-run",
            "/first-run",
            page -> assertThat(page.text("This is not a trial")).isVisible()));
  }

  private static Scene scene(
      String name, String path, java.util.function.Consumer<DashboardPage> show) {
    return new Scene(name, path, show);
  }

  /** A visitor who sees this state. */
  final DashboardPage open(Scene scene, Look look) {
    DashboardPage page = open(scene.path(), look);
    scene.show().accept(page);
    if (scene.name().equals("job-unknown")) {
      page.faults().expect("answer: 404 GET .*/no-such-job.*");
    }
    assertThat(page.page().getByText(Pattern.compile("^Loading$"))).hasCount(0);
    return page;
  }

  /** Names of the scenes, for parameters of tests. */
  final List<Scene> all() {
    return scenes().toList();
  }
}
