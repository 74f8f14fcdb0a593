package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/**
 * axe-core, which checks what a page shows now against WCAG 2.2 AA and best practice. Playwright
 * evaluates it as a debugger does, so the content security policy of the page stays in force.
 */
final class Axe {
  private static final String SCRIPT = script();

  private static final String RUN =
      """
      async () => {
        const found = await axe.run(document, {
          resultTypes: ['violations'],
          runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
        });
        return found.violations.flatMap(rule => rule.nodes.map(node =>
          `${rule.impact} ${rule.id}: ${rule.help} at ${node.target.join(' ')}`
          + `: ${node.html.slice(0, 300)} ${node.failureSummary}`));
      }
      """;

  private Axe() {}

  private static String script() {
    try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
      if (in == null) {
        throw new AssertionError("axe.min.js is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it finds, one line for each element. */
  static List<String> findings(Page page) {
    if (!Boolean.TRUE.equals(page.evaluate("() => typeof axe === 'object'"))) {
      page.evaluate("() => {" + SCRIPT + "}");
    }
    return Stream.of(page.evaluate(RUN))
        .flatMap(found -> ((List<?>) found).stream())
        .map(String::valueOf)
        .toList();
  }

  /**
   * @param state for the message: what the page shows
   */
  static void assertAccessible(String state, Page page) {
    assertThat(findings(page)).as("findings of axe-core: " + state).isEmpty();
  }
}
