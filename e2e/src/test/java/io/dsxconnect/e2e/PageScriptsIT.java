package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The unit tests of the page's modules, {@code dashboard/src/test/js/*.test.js}, in Chromium: no
 * core runs, the files come from the sources. In a test {@code site/} is the folder of the page.
 */
@ExtendWith(NeedsChromium.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageScriptsIT {
  private static final String URL = "http://page.test";
  private static final Path SITE =
      Path.of("../dashboard/src/main/resources/io/dsxconnect/dashboard/site");
  private static final Path TESTS = Path.of("../dashboard/src/test/js");
  private static final String END = ".test.js";

  private static final String DOCUMENT =
      "<!doctype html><script type=importmap>{\"imports\":{\"site/\":\"/site/\"}}</script><body>";

  private Chromium chromium;
  private DashboardPage page;

  @BeforeAll
  void open() {
    chromium = new Chromium();
    page = chromium.visit(URL, Look.DESK);
    page.page().route("**/*", PageScriptsIT::answer);
    page.open("/");
  }

  @AfterAll
  void close() {
    page.close();
    chromium.close();
  }

  private static void answer(Route route) {
    String path = route.request().url().substring(URL.length());
    if (path.startsWith("/site/")) {
      script(route, SITE.resolve(path.substring("/site/".length())));
    } else if (path.startsWith("/tests/")) {
      script(route, TESTS.resolve(path.substring("/tests/".length())));
    } else {
      route.fulfill(
          new Route.FulfillOptions().setContentType("text/html; charset=utf-8").setBody(DOCUMENT));
    }
  }

  private static void script(Route route, Path file) {
    try {
      route.fulfill(
          new Route.FulfillOptions()
              .setContentType("text/javascript; charset=utf-8")
              .setBody(Files.readString(file, StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> modules() throws IOException {
    for (String file : files()) {
      page.page().evaluate("file => import(file)", "/tests/" + file);
    }
    List<?> names = (List<?>) page.page().evaluate("async () => " + check("names()"));
    assertThat(names).hasSizeGreaterThan(40).doesNotHaveDuplicates();
    return IntStream.range(0, names.size())
        .mapToObj(i -> DynamicTest.dynamicTest(String.valueOf(names.get(i)), () -> run(i)));
  }

  private static List<String> files() throws IOException {
    try (Stream<Path> all = Files.list(TESTS)) {
      return all.map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(END))
          .sorted()
          .toList();
    }
  }

  private static String check(String call) {
    return "(await import('/tests/check.js'))." + call;
  }

  private void run(int test) {
    Object failure = page.page().evaluate("async test => " + check("run(test)"), test);
    assertThat(String.valueOf(failure)).isEmpty();
    page.assertNoFaults();
  }
}
