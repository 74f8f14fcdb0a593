package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A visitor of the dashboard, with own storage: finds things by role and words, as people do.
 * Confined to one thread.
 */
final class DashboardPage implements AutoCloseable {
  private static final int MOST_TABS = 200;
  private static final Path PICTURES = Path.of("target/screenshots");

  private final BrowserContext context;
  private final PageFaults faults;
  private final Look look;
  private final String url;
  private final Page page;

  DashboardPage(Browser browser, String url, Look look) {
    this.url = url;
    this.look = look;
    context =
        browser.newContext(
            new Browser.NewContextOptions()
                .setBaseURL(url)
                .setViewportSize(look.screen().width, look.screen().height)
                .setColorScheme(look.theme())
                .setReducedMotion(ReducedMotion.REDUCE)
                .setLocale("en-GB")
                .setTimezoneId("Europe/Berlin"));
    context.setDefaultTimeout((double) Chromium.PATIENCE.toMillis());
    faults = new PageFaults(context);
    page = context.newPage();
  }

  /** Playwright's page, for what this class has no word for. */
  Page page() {
    return page;
  }

  PageFaults faults() {
    return faults;
  }

  /** A second tab of the same browser: shared storage, shared faults. */
  Page tab(String path) {
    Page tab = context.newPage();
    tab.navigate(path);
    return tab;
  }

  /**
   * Opens an address of the dashboard as a link does, with a load of the page.
   *
   * @param path with query, for example {@code /results?outcome=malicious}
   */
  DashboardPage open(String path) {
    page.navigate(path);
    return this;
  }

  DashboardPage reload() {
    page.reload();
    return this;
  }

  DashboardPage back() {
    page.goBack();
    return this;
  }

  /** The one main heading of the page. */
  Locator heading() {
    return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1));
  }

  /** Waits for the page of this name. */
  DashboardPage shows(String heading) {
    assertThat(heading()).hasText(heading);
    return this;
  }

  Locator button(String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  Locator button(Pattern name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }

  Locator link(String name) {
    return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(name));
  }

  Locator field(String label) {
    return page.getByLabel(label);
  }

  /** An element of the page's navigation. */
  Locator navigation(String name) {
    return page.getByRole(AriaRole.NAVIGATION, new Page.GetByRoleOptions().setName("Pages"))
        .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name));
  }

  /** The rows of tables that contain this text. */
  Locator row(String text) {
    return page.getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(text));
  }

  /** The rows of tables whose text, cell by cell, matches. */
  Locator row(Pattern name) {
    return page.getByRole(AriaRole.ROW, new Page.GetByRoleOptions().setName(name));
  }

  /** The drawer beside a list, or another region of this name. */
  Locator drawer() {
    return page.getByRole(AriaRole.DIALOG);
  }

  /** Closes the drawer by the keyboard, when it has the focus. */
  DashboardPage leaveDrawer() {
    assertThat(drawer().locator(":focus")).hasCount(1);
    press("Escape");
    assertThat(drawer()).isHidden();
    return this;
  }

  /** A question that needs an answer. */
  Locator question() {
    return page.getByRole(AriaRole.ALERTDIALOG);
  }

  /** What the page says after something was done, or has failed. */
  Locator toast(String text) {
    return page.getByRole(AriaRole.STATUS)
        .or(page.getByRole(AriaRole.ALERT))
        .filter(new Locator.FilterOptions().setHasText(text));
  }

  /** Opens a filter of a list and picks one of its choices. */
  DashboardPage choose(String filter, String choice) {
    button(filter + ":").click();
    page.getByRole(AriaRole.OPTION, new Page.GetByRoleOptions().setName(choice).setExact(true))
        .click();
    return this;
  }

  Locator text(String text) {
    return page.getByText(text);
  }

  Locator text(Pattern text) {
    return page.getByText(text);
  }

  DashboardPage press(String... keys) {
    for (String key : keys) {
      page.keyboard().press(key);
    }
    return this;
  }

  /** Moves the focus with the Tab key until it is there. */
  DashboardPage tabTo(Locator target) {
    assertThat(target).isVisible();
    for (int i = 0; i < MOST_TABS; i++) {
      if (Boolean.TRUE.equals(target.evaluate("element => element === document.activeElement"))) {
        return this;
      }
      press("Tab");
    }
    throw new AssertionError("the Tab key does not lead to " + target);
  }

  /** Waits until the address has this path and query. */
  DashboardPage at(String path) {
    page.waitForURL(address -> address.replaceFirst("#.*", "").equals(url + path));
    return this;
  }

  /** Waits until the address contains this text. */
  DashboardPage atAddressWith(String text) {
    page.waitForURL(address -> address.contains(text));
    return this;
  }

  /** Does what starts a download; returns the content of the file. */
  String download(Runnable action) {
    Download download = page.waitForDownload(action);
    try {
      return Files.readString(download.path(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes pictures of what the page shows now, of each size in both themes. */
  void screenshots(String name) {
    for (Look each : Look.all()) {
      wear(each);
      screenshot(name + "-" + each);
    }
    wear(look);
  }

  /** Checks that what the page shows now is accessible in both themes, and writes its pictures. */
  void look(String name) {
    for (Look each : List.of(Look.DESK, Look.DESK_DARK, Look.PHONE_DARK)) {
      wear(each);
      Axe.assertAccessible(name + ", " + each, page);
    }
    screenshots(name);
  }

  /** Writes one picture of what the page shows now. */
  void screenshot(String name) {
    page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
  }

  /** Changes the size and the theme that the system prefers, without a load. */
  void wear(Look other) {
    page.setViewportSize(other.screen().width, other.screen().height);
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(other.theme()));
    // Charts are drawn to their measured width in the next frame.
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  /** Fails on what went wrong in the page so far. */
  void assertNoFaults() {
    for (Page each : context.pages()) {
      // An answer of the page: what it said before has arrived.
      each.evaluate("0");
    }
    faults.assertNone();
  }

  @Override
  public void close() {
    context.close();
  }
}
