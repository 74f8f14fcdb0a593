package io.dsxconnect.e2e;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Base of the browser tests: one Chromium and one running dsx-connect per class, new visitors in
 * each test. A test fails on any fault of its pages that it did not expect. Where there is no
 * Chromium, the class is skipped.
 */
@ExtendWith(NeedsChromium.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrowserFixture {
  private final Deque<DashboardPage> visitors = new ArrayDeque<>();
  private @Nullable Chromium chromium;
  private @Nullable Running running;

  /** Leaves a picture of each page of a failed test. */
  @RegisterExtension
  final AfterTestExecutionCallback evidence =
      context -> {
        if (context.getExecutionException().isPresent()) {
          int number = 0;
          for (DashboardPage visitor : visitors) {
            visitor
                .page()
                .screenshot(
                    new Page.ScreenshotOptions()
                        .setPath(
                            Path.of(
                                "target/e2e-logs",
                                getClass().getSimpleName()
                                    + "."
                                    + context.getRequiredTestMethod().getName()
                                    + "-"
                                    + number++
                                    + ".png")));
          }
        }
      };

  @BeforeAll
  final void startBrowser() {
    chromium = new Chromium();
  }

  /**
   * Sets the dsx-connect that the class visits. The {@code @BeforeAll} of the class starts it with
   * what its tests need, and calls this. It is closed after the last test.
   */
  final void visits(Running started) {
    running = started;
  }

  final Running dsx() {
    if (running == null) {
      throw new IllegalStateException("not started");
    }
    return running;
  }

  /** A new visitor at a desk, who opens this path. */
  final DashboardPage open(String path) {
    return visit(dsx().url(), Look.DESK).open(path);
  }

  final DashboardPage open(String path, Look look) {
    return visit(dsx().url(), look).open(path);
  }

  /** A new visitor, who has not opened a page yet. */
  final DashboardPage visit(String url, Look look) {
    if (chromium == null) {
      throw new IllegalStateException("not started");
    }
    DashboardPage visitor = chromium.visit(url, look);
    visitors.push(visitor);
    return visitor;
  }

  /** Closes a visitor before the test ends; fails on faults of the pages. */
  final void leave(DashboardPage visitor) {
    visitors.remove(visitor);
    try {
      visitor.assertNoFaults();
    } finally {
      visitor.close();
    }
  }

  @AfterEach
  final void noFaults() {
    try {
      visitors.forEach(DashboardPage::assertNoFaults);
    } finally {
      while (!visitors.isEmpty()) {
        visitors.pop().close();
      }
    }
  }

  @AfterAll
  final void stopAll() {
    if (running != null) {
      running.close();
    }
    if (chromium != null) {
      chromium.close();
    }
  }
}
