package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that would be markup, turn text around, cannot be seen, or are very long: all are text. */
class HostileNamesIT extends BrowserFixture {
  private static final String MARKUP = "<img src=x onerror=alert(1)>.txt";
  private static final String SCRIPT = "\"'><script>alert(1)<&lt;.txt";
  private static final String TURNED = "invoice\u202egpj.scr";
  private static final String CONTROL = "scan\n04\u000712\t.pdf";
  private static final String FORMULA = "=cmd|'calc'!A0.csv";
  private static final String ARABIC = "تقرير-2026.docx";

  /** Bytes that are not UTF-8, as the page shows them. */
  private static final String BYTES = "%FF%FE.txt";

  /** The longest name of a file on Linux, in a path of almost 4 KiB. */
  private static final String LONG = "n".repeat(251) + ".txt";

  private AllInOne dsx;
  private String connector = "";
  private String job = "";
  private final List<String> alerts = new ArrayList<>();

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    Path asset = Files.createDirectories(temp.resolve("asset"));
    for (String name :
        List.of(MARKUP, SCRIPT.replace('/', '_'), TURNED, CONTROL, FORMULA, ARABIC)) {
      Files.write(asset.resolve(name), TestFiles.eicar());
    }
    Path deep = asset;
    while (deep.resolve("d".repeat(200)).toString().length() + LONG.length() < 4_000) {
      deep = deep.resolve("d".repeat(200));
    }
    Files.createDirectories(deep);
    Files.write(deep.resolve(LONG), TestFiles.eicar());
    run(asset, "cp -- \"$1\" \"$(printf '\\377\\376.txt')\"", MARKUP);
    dsx = new AllInOne(temp).start();
    connector =
        dsx.connector(
            "hostile",
            asset,
            Map.of(
                "DSXCONNECTOR_DISPLAY_NAME", "<b>Bold</b> \u202e store",
                "DSXCONNECTOR_ASSET_DISPLAY_NAME", "<script>alert(2)</script>"));
    job = dsx.api().fullScan(connector);
    assertThat(dsx.api().finished(job).accepted()).isEqualTo(8);
    visits(dsx);
  }

  private static void run(Path folder, String script, String argument)
      throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("sh", "-c", script, "sh", argument)
            .directory(folder.toFile())
            .inheritIO()
            .start()
            .waitFor();
    assertThat(code).isZero();
  }

  private DashboardPage watched(String path) {
    DashboardPage page = visit(dsx.url(), Look.DESK);
    page.page()
        .onDialog(
            dialog -> {
              alerts.add(dialog.message());
              dialog.dismiss();
            });
    return page.open(path);
  }

  @Test
  void names_are_shown_as_text_in_the_table_and_in_the_drawer() {
    DashboardPage page = watched("/results?job_id=" + job).shows("Results");
    for (String visible :
        List.of(
            MARKUP,
            "<script>alert(1)<&lt;.txt",
            "invoiceU+202Egpj.scr",
            "scan\\n04U+000712\\t.pdf",
            FORMULA,
            ARABIC,
            BYTES)) {
      Locator row = page.row(visible);
      assertThat(row).hasCount(1);
      row.getByRole(AriaRole.LINK).first().click();
      assertThat(page.drawer()).containsText(visible);
      page.leaveDrawer();
    }
    assertNothingRan(page);
  }

  @Test
  void a_name_that_turns_around_says_what_it_may_look_like() {
    DashboardPage page = watched("/results?job_id=" + job).shows("Results");
    page.row("invoiceU+202Egpj.scr").getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).containsText("turns text around");
    assertNothingRan(page);
  }

  @Test
  void a_path_of_four_kilobytes_fits_into_the_table_and_is_whole_in_the_drawer() {
    DashboardPage page = watched("/results?text=nnnnnnnnnn").shows("Results");
    Locator row = page.row("nnnn");
    assertThat(row).hasCount(1);
    assertThat(page.page().evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
    row.getByRole(AriaRole.LINK).first().click();
    assertThat(page.drawer()).containsText(LONG);
    page.wear(Look.PHONE);
    assertThat(page.page().evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .isEqualTo(true);
    assertNothingRan(page);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/connectors",
        "/connectors?connector=UUID",
        "/jobs",
        "/jobs/JOB",
        "/results"
      })
  void no_page_makes_markup_of_a_name(String path) {
    DashboardPage page = watched(path.replace("UUID", connector).replace("JOB", job));
    assertThat(page.text("<b>Bold</b> U+202E store").first()).isVisible();
    assertNothingRan(page);
  }

  @Test
  void an_export_to_a_spreadsheet_has_no_formula() {
    DashboardPage page = watched("/results?job_id=" + job).shows("Results");
    page.button("Export").click();
    String csv = page.download(() -> page.page().locator("a[href*='format=csv']").click());
    assertThat(csv.lines()).noneMatch(line -> line.startsWith("=") || line.contains(",="));
  }

  private void assertNothingRan(DashboardPage page) {
    assertThat(page.page().locator("main img[src='x'], main b:text-is('Bold')").count()).isZero();
    assertThat(page.page().locator("main script").count()).isZero();
    assertThat(alerts).isEmpty();
  }
}
