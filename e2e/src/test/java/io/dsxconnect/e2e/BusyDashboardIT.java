package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages while 500 connectors are registered, full scans of 10,000 files run one after another,
 * and 1,000 events come each second: how long clicks and keys take, and whether the tabs grow.
 * Takes {@code -Ddsx.busy.minutes}, default 10; run with {@code -Ddsx.long=true}. A shorter run:
 * {@code -Ddsx.busy.minutes=1.5 -Ddsx.busy.files=1000}.
 */
@EnabledIfSystemProperty(named = "dsx.long", matches = "true")
class BusyDashboardIT extends BrowserFixture {
  private static final int FILES = Integer.getInteger("dsx.busy.files", 10_000);
  private static final int CONNECTORS = 500;
  private static final double MOST_MS = 100;
  private static final double MOST_GROWTH = 1.2;
  private static final Duration MEASURED =
      Duration.ofSeconds(
          (long) (60 * Double.parseDouble(System.getProperty("dsx.busy.minutes", "10"))));

  private static final int EVENTS_PER_SECOND = Integer.getInteger("dsx.busy.events", 1_000);
  private static final double LEAST_OF_RATE = 0.95;

  /** With 64 scans at once, some 200 files/s: most events are repeated ones. */
  private static final String SCANNER_DELAY_MS = System.getProperty("dsx.busy.delay", "300");

  /** Heaps are read so often; the first third of a run fills caches and charts. */
  private static final double SAMPLES = 12;

  private static final double SETTLED = 1 / 3.0;

  private AllInOne dsx;
  private String first = "";
  private String second = "";

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    dsx = new AllInOne(temp).scanner("--delay", SCANNER_DELAY_MS).start();
    Path asset = TestFiles.small(temp.resolve("asset"), FILES);
    Files.write(asset.resolve("d7/eicar.com"), TestFiles.eicar());
    first = dsx.connector("first", asset, Map.of());
    second = dsx.connector("second", asset, Map.of());
    visits(dsx);
  }

  @Test
  void pages_stay_quick_and_small_while_a_thousand_files_end_each_second() throws Exception {
    try (StandInConnectors _ = new StandInConnectors(dsx.api(), CONNECTORS)) {
      dsx.api().finished(dsx.api().fullScan(first));
      DashboardPage visitor = visit(dsx.url(), Look.DESK);
      TabProbe control = new TabProbe("a button alone", visitor.page());
      visitor
          .page()
          .navigate("data:text/html,<button onclick='this.textContent=Date.now()'>0</button>");
      Map<TabProbe, List<Act>> tabs = new LinkedHashMap<>();
      tabs.put(control, Collections.nCopies(8, click("press", "button")));
      open(tabs, visitor, "Results", results());
      open(tabs, visitor, "Overview", overview());
      open(tabs, visitor, "Connectors", connectors());
      try (ScanLoad scans = new ScanLoad(dsx.api(), first, second);
          EventLoad events = new EventLoad(dsx.redis(), EVENTS_PER_SECOND)) {
        measure(tabs, scans, events);
        assertThat(events.rate())
            .as("events per second, which this machine has to keep up with")
            .isGreaterThan(LEAST_OF_RATE * EVENTS_PER_SECOND);
      }
      for (TabProbe tab : tabs.keySet()) {
        if (tab != control) {
          assertThat(tab.quantile(0.98))
              .as(
                  "interactions with %s, ms; the machine takes %s ms for a button alone",
                  tab.name(), control.quantile(0.98))
              .isLessThan(MOST_MS + Math.max(0, control.quantile(0.98) - 24));
        }
      }
    }
  }

  /** Something that a person does; afterwards the page is as it was. */
  private record Act(String name, java.util.function.Consumer<Page> act) {}

  private static void open(
      Map<TabProbe, List<Act>> tabs, DashboardPage visitor, String name, List<Act> acts) {
    Page page = visitor.page().context().newPage();
    TabProbe tab = new TabProbe(name, page);
    page.navigate(name.equals("Overview") ? "/" : "/" + name.toLowerCase(java.util.Locale.ROOT));
    assertThat(page.locator("h1")).hasText(name);
    tabs.put(tab, acts);
  }

  private void measure(Map<TabProbe, List<Act>> tabs, ScanLoad scans, EventLoad events)
      throws Exception {
    long begin = System.nanoTime();
    long filesBefore = files();
    Map<TabProbe, Map<String, Double>> before = new LinkedHashMap<>();
    tabs.keySet().forEach(tab -> before.put(tab, tab.metrics()));
    Map<TabProbe, List<TabProbe.Heap>> heaps = new LinkedHashMap<>();
    int sample = 0;
    while (elapsed(begin) < MEASURED.toSeconds()) {
      for (Map.Entry<TabProbe, List<Act>> tab : tabs.entrySet()) {
        tab.getKey().show();
        for (Act act : tab.getValue()) {
          tab.getKey().act(act.name(), () -> act.act().accept(tab.getKey().page()));
        }
      }
      scans.check();
      events.check();
      if (elapsed(begin) >= sample * MEASURED.toSeconds() / SAMPLES) {
        sample++;
        for (TabProbe tab : tabs.keySet()) {
          TabProbe.Heap heap = tab.heap();
          heaps.computeIfAbsent(tab, each -> new ArrayList<>()).add(heap);
          System.out.printf("%4.0f s %s: %s%n", elapsed(begin), tab.name(), heap);
        }
        System.out.printf(
            "%4.0f s %.0f files/s, %.0f events/s more%n",
            elapsed(begin), (files() - filesBefore) / elapsed(begin), events.rate());
      }
    }
    double seconds = elapsed(begin);
    System.out.printf(
        "%d files in %.0f s: %.0f files/s%n",
        files() - filesBefore, seconds, (files() - filesBefore) / seconds);
    for (TabProbe tab : tabs.keySet()) {
      report(tab, Objects.requireNonNull(before.get(tab)), seconds);
    }
    heaps.forEach(
        (tab, all) -> {
          long settled = all.get((int) (all.size() * SETTLED)).used();
          assertThat(all.getLast().used())
              .as("heap of %s: %s", tab.name(), all)
              .isLessThan((long) (settled * MOST_GROWTH));
        });
  }

  private static void report(TabProbe tab, Map<String, Double> before, double seconds) {
    Map<String, Double> now = tab.metrics();
    System.out.printf(
        "%s: %d interactions, p50 %.0f, p95 %.0f, p98 %.0f, max %.0f ms;"
            + " main thread p50 %.0f, p95 %.0f, p98 %.0f, max %.0f ms%n",
        tab.name(),
        tab.interactions().size(),
        tab.quantile(0.5),
        tab.quantile(0.95),
        tab.quantile(0.98),
        tab.quantile(1),
        tab.worked(0.5),
        tab.worked(0.95),
        tab.worked(0.98),
        tab.worked(1));
    tab.interactions().stream()
        .sorted(Comparator.comparingDouble(TabProbe.Interaction::ms).reversed())
        .limit(6)
        .forEach(each -> System.out.println("    " + each));
    System.out.print("    per second:");
    for (String name :
        List.of(
            "TaskDuration",
            "ScriptDuration",
            "LayoutDuration",
            "RecalcStyleDuration",
            "LayoutCount",
            "RecalcStyleCount")) {
      System.out.printf(
          " %s %.3f",
          name, (now.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0)) / seconds);
    }
    System.out.println();
    if (!tab.name().startsWith("a button")) {
      System.out.println("    " + tab.asked());
    }
  }

  private static double elapsed(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  /** Records so far, from the number of the newest. */
  private long files() throws Exception {
    return dsx.api().get("/scan/results?limit=1").path(0).path("id").asLong();
  }

  private static Act click(String name, String selector) {
    return new Act(name, page -> page.locator(selector).first().click());
  }

  private static Act key(String key) {
    return new Act("key " + key, page -> page.keyboard().press(key));
  }

  private static List<Act> results() {
    return List.of(
        click("open a file", "tbody tr a.path, tbody tr .path a, tbody tr a"),
        key("j"),
        key("Escape"),
        key("Escape"),
        click("sort by size", "thead a:has-text('Size')"),
        click("next page", ".card-foot button:has-text('Next')"),
        click("sort by time", "thead a:has-text('Recorded')"),
        click("older", ".card-foot button:has-text('Older')"),
        click("open the filter", ".tools button:has-text('Verdict:')"),
        new Act("filter", page -> page.getByLabel("Malicious").first().click()),
        key("Escape"),
        click("reset", ".tools button:has-text('Reset')"),
        new Act("focus the search", page -> page.getByLabel("Search results").click()),
        key("7"),
        key("7"),
        key("Backspace"),
        key("Backspace"),
        new Act("leave the search", page -> page.locator("h1").click()),
        key("p"),
        key("p"));
  }

  private static List<Act> overview() {
    return List.of(
        click("24 hours", "main a:has-text('24 hours')"),
        click("bytes", "main a:has-text('MB/s')"),
        click("files", "main a:has-text('Files/s')"),
        click("hour", "main a:has-text('Last hour')"),
        click("theme", ".top button[aria-label^=Theme]"),
        click("theme", ".top button[aria-label^=Theme]"),
        click("theme", ".top button[aria-label^=Theme]"));
  }

  private static List<Act> connectors() {
    return List.of(
        click("open a card", ".conn h2 a"),
        key("Escape"),
        click("next page", ".pager :text-is('Next')"),
        click("previous page", ".pager :text-is('Previous')"),
        click("focus the filter", "#cq"),
        key("4"),
        key("9"),
        key("Backspace"),
        key("Backspace"),
        click("states", ".page-head button:has-text('State:')"),
        new Act(
            "pick a state",
            page ->
                page.getByRole(com.microsoft.playwright.options.AriaRole.OPTION)
                    .filter(new Locator.FilterOptions().setHasText("Ready"))
                    .first()
                    .click()),
        click("states", ".page-head button:has-text('State:')"),
        new Act(
            "any state",
            page ->
                page.getByRole(com.microsoft.playwright.options.AriaRole.OPTION).first().click()));
  }
}
