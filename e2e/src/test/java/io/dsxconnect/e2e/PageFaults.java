package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Everything that went wrong in the pages of a visitor and that no test may overlook: errors and
 * warnings on the console, exceptions, requests without an answer, answers of 400 and above, and
 * violations of the content security policy. Confined to one thread.
 */
final class PageFaults {
  /** Reports violations to this class, also those of a policy that only reports. */
  private static final String REPORT_VIOLATIONS =
      "document.addEventListener('securitypolicyviolation', event => reportViolation("
          + "`${event.effectiveDirective} forbids ${event.blockedURI} ${event.sample}`))";

  private static final Set<String> SEVERE = Set.of("error", "warning", "assert");

  private final List<String> seen = new ArrayList<>();
  private final List<Pattern> expected = new ArrayList<>();

  PageFaults(BrowserContext context) {
    context.exposeFunction("reportViolation", violation -> seen.add("policy: " + violation[0]));
    context.addInitScript(REPORT_VIOLATIONS);
    context.onConsoleMessage(this::console);
    context.onWebError(error -> seen.add("exception: " + error.error()));
    context.onRequestFailed(this::failed);
    context.onResponse(this::answered);
  }

  private void console(ConsoleMessage message) {
    // Chromium's own lines on failed loads come again as request or answer, with the method.
    if (SEVERE.contains(message.type()) && !message.text().startsWith("Failed to load resource")) {
      seen.add("console: " + message.text() + " (" + message.location() + ")");
    }
  }

  private void failed(Request request) {
    // A page that is left, or that asks again, gives up its requests.
    if (!"net::ERR_ABORTED".equals(request.failure())) {
      seen.add("no answer: " + request.method() + " " + request.url() + " " + request.failure());
    }
  }

  private void answered(Response response) {
    if (response.status() >= 400) {
      seen.add(
          "answer: "
              + response.status()
              + " "
              + response.request().method()
              + " "
              + response.url());
    }
  }

  /**
   * Allows faults from now on, for example {@code "answer: 409 POST .*"}.
   *
   * @param pattern of the whole fault
   */
  void expect(String pattern) {
    expected.add(Pattern.compile(pattern, Pattern.DOTALL));
  }

  /** Fails on each fault that was not expected, and forgets what was seen. */
  void assertNone() {
    List<String> unexpected =
        seen.stream()
            .filter(fault -> expected.stream().noneMatch(p -> p.matcher(fault).matches()))
            .toList();
    seen.clear();
    assertThat(unexpected).as("faults of the page").isEmpty();
  }
}
