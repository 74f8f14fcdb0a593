package io.dsxconnect.e2e;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A headless Chromium of this machine, driven by Playwright. Confined to one thread, as Playwright
 * is; each class of browser tests has its own.
 */
final class Chromium implements AutoCloseable {
  /** Limit for what a page does in a moment on an idle machine; {@code dsx.browser.patience} s. */
  static final Duration PATIENCE = Duration.ofSeconds(Long.getLong("dsx.browser.patience", 30));

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

  static {
    PlaywrightAssertions.setDefaultAssertionTimeout((double) PATIENCE.toMillis());
  }

  private final Playwright playwright;
  private final Browser browser;

  /** Starts it; {@link NeedsChromium} has checked that there is one. */
  Chromium() {
    Path program = onPath().orElseThrow();
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    try {
      browser =
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(program)
                      .setTimeout((double) DsxProcess.PATIENCE.toMillis())
                      // A container has a small /dev/shm, and root no sandbox.
                      .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
    } catch (RuntimeException | Error e) {
      playwright.close();
      throw e;
    }
  }

  /** Opens nothing yet: a visitor with empty storage, who looks at this address. */
  DashboardPage visit(String url, Look look) {
    return new DashboardPage(browser, url, look);
  }

  /** The program, if this machine has one. */
  static Optional<Path> onPath() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public void close() {
    playwright.close();
  }
}
