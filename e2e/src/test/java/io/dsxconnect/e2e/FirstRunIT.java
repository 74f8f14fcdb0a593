package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer sees after {@code ./dsx quickstart}. */
class FirstRunIT extends BrowserFixture {
  /** A quickstart on its sample, which has ended its scan. */
  private static final class Quickstart implements Running {
    private final DsxProcess process;
    private final String url;
    private final Api api;

    Quickstart(Path temp) {
      try {
        process =
            DsxCommand.dsx("quickstart")
                .temp(Files.createDirectories(temp.resolve("tmp")))
                .jvm("-Xmx256m")
                .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      url = process.ready();
      api = new Api(url, null);
    }

    @Override
    public String url() {
      return url;
    }

    @Override
    public Api api() {
      return api;
    }

    @Override
    public void close() {
      api.close();
      process.close();
    }
  }

  @BeforeAll
  void start(@TempDir Path temp) {
    visits(new Quickstart(temp));
  }

  @Test
  void the_page_says_what_happened_to_the_sample_and_what_to_try_next() {
    DashboardPage page = open("/first-run");
    assertThat(page.heading())
        .hasText(Pattern.compile("It works: \\d+ files went through, 2 are malicious"));
    assertThat(page.text("These verdicts come from a stand-in, not from a scanner")).isVisible();
    assertThat(page.text("Benign (demo) ·")).isVisible();
    assertThat(page.text("Balances").first()).isVisible();
    assertThat(page.row("eicar.com").first()).containsText("Malicious");
    assertThat(page.text("./dsx quickstart /srv/share")).isVisible();
    page.look("first-run-sample");
  }

  @Test
  void a_found_file_leads_to_its_record_and_back() {
    DashboardPage page = open("/first-run");
    page.row("eicar.com").first().getByRole(AriaRole.LINK).click();
    assertThat(page.drawer()).containsText("eicar.com");
    page.atAddressWith("/results?");
    page.back();
    assertThat(page.heading()).containsText("It works");
  }

  @Test
  void the_results_of_the_sample_are_one_click_away() {
    DashboardPage page = open("/first-run");
    page.page()
        .getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(Pattern.compile("^See the")))
        .click();
    page.shows("Results");
    assertThat(page.row("Malicious").first()).isVisible();
  }
}
