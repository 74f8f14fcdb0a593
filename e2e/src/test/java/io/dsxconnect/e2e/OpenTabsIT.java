package io.dsxconnect.e2e;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same scan without a page, with 20 tabs of one browser (they share one stream), and with the
 * tabs of 20 browsers (20 streams), in turn. Run with {@code -Ddsx.long=true}; {@code
 * -Ddsx.tabs.rounds}, default 3, and {@code -Ddsx.tabs.files}, default 10,000.
 *
 * <p>An operator's browser runs on another machine. Here the server's processes have one core, and
 * this test and its browsers the others, so that a slower scan is the work of the server. The
 * server's own processor time confirms the rate.
 */
@EnabledIfSystemProperty(named = "dsx.long", matches = "true")
class OpenTabsIT extends BrowserFixture {
  private static final int FILES = Integer.getInteger("dsx.tabs.files", 10_000);
  private static final int ROUNDS = Integer.getInteger("dsx.tabs.rounds", 3);
  private static final int TABS = 20;
  private static final String SERVER_CORE = "0";
  private static final String OTHER_CORES = "1-" + (Runtime.getRuntime().availableProcessors() - 1);
  private static final double MAX_SHARE = 0.1;
  private static final List<String> PAGES = List.of("/results", "/", "/connectors", "/jobs");

  /** Of many pages that are opened at once, some may be asked to count later, and do. */
  private static final String BUSY = "answer: 503 GET .*/scan/results/summary.*";

  private AllInOne dsx;
  private DsxProcess connectorProcess;
  private String connector = "";

  /** Who watches a scan. */
  private enum Watchers {
    NOBODY,
    ONE_BROWSER,
    MANY_BROWSERS
  }

  /** What a scan took; times in microseconds of processor time per file. */
  private record Round(
      double filesPerSecond, double core, double redis, double connector, double browser) {
    double server() {
      return core + redis + connector;
    }

    /**
     * What the pages take of the server's processors, as a share of what the scan takes when it is
     * alone. Pages cost the same at any rate of files, so this holds where the browser does not
     * slow the scan.
     */
    double shareOfPages(Round alone) {
      return (server() - alone.server())
          * filesPerSecond
          / (alone.server() * alone.filesPerSecond());
    }
  }

  @BeforeAll
  void start(@TempDir Path temp) throws Exception {
    pin(SERVER_CORE, ProcessHandle.current().pid()); // and what it starts now
    dsx = new AllInOne(temp).scanner().start();
    Path asset = TestFiles.small(temp.resolve("asset"), FILES);
    connectorProcess = dsx.startConnector("files", asset, Map.of());
    connectorProcess.ready();
    connector = dsx.api().connector("files");
    pin(OTHER_CORES, ProcessHandle.current().pid());
    visits(dsx);
  }

  @Test
  void twenty_open_tabs_hardly_slow_a_scan() throws Exception {
    // The first scans are slow: the compilers of the JVM are at work.
    watched(Watchers.NOBODY);
    watched(Watchers.ONE_BROWSER);
    Map<Watchers, List<Round>> rounds = new EnumMap<>(Watchers.class);
    for (int i = 0; i < ROUNDS; i++) {
      for (Watchers watchers : Watchers.values()) {
        Round round = watched(watchers);
        System.out.printf("%s %s%n", watchers, round);
        rounds.computeIfAbsent(watchers, each -> new ArrayList<>()).add(round);
      }
    }
    Round alone = median(Objects.requireNonNull(rounds.get(Watchers.NOBODY)));
    for (Watchers watchers : Watchers.values()) {
      Round round = median(Objects.requireNonNull(rounds.get(watchers)));
      System.out.printf(
          "%-13s %6.0f files/s (x %.2f), CPU us/file: core %.0f, redis %.0f, connector %.0f,"
              + " together %.0f; browser %.0f; the pages take %.3f of what the scan takes alone%n",
          watchers,
          round.filesPerSecond(),
          round.filesPerSecond() / alone.filesPerSecond(),
          round.core(),
          round.redis(),
          round.connector(),
          round.server(),
          round.browser(),
          round.shareOfPages(alone));
      assertThat(round.shareOfPages(alone))
          .as("the server's processor time for the pages of %s", watchers)
          .isLessThan(MAX_SHARE);
      assertThat(round.filesPerSecond())
          .as("the rate of the scan with the pages of %s", watchers)
          .isGreaterThan((1 - MAX_SHARE) * alone.filesPerSecond());
    }
  }

  private Round watched(Watchers watchers) throws Exception {
    List<DashboardPage> open = new ArrayList<>();
    try {
      switch (watchers) {
        case NOBODY -> {}
        case ONE_BROWSER -> {
          DashboardPage visitor = visit(dsx.url(), Look.DESK);
          visitor.faults().expect(BUSY);
          open.add(visitor.open(PAGES.getFirst()));
          for (int i = 1; i < TABS; i++) {
            isLive(visitor.tab(PAGES.get(i % PAGES.size())));
          }
        }
        case MANY_BROWSERS -> {
          for (int i = 0; i < TABS; i++) {
            DashboardPage visitor = visit(dsx.url(), Look.DESK);
            visitor.faults().expect(BUSY);
            open.add(visitor.open(PAGES.get(i % PAGES.size())));
            isLive(visitor.page());
          }
        }
      }
      return scan();
    } finally {
      open.forEach(this::leave);
    }
  }

  /** Lets a process and what it starts run on some cores only. */
  private static void pin(String cores, long pid) throws Exception {
    Process taskset =
        new ProcessBuilder("taskset", "--all-tasks", "--pid", "--cpu-list", cores, "" + pid)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    int code = taskset.waitFor();
    // A process of the browser may have ended meanwhile.
    assertThat(code == 0 || ProcessHandle.of(pid).isEmpty())
        .as("taskset of util-linux, on two cores or more")
        .isTrue();
  }

  private static void isLive(Page page) {
    assertThat(page.getByText(Pattern.compile("^Live$"))).isVisible();
  }

  private Round scan() throws Exception {
    List<ProcessHandle> browser = chromiums();
    for (ProcessHandle each : browser) {
      pin(OTHER_CORES, each.pid());
    }
    long[] before = times(browser);
    long begin = System.nanoTime();
    dsx.api().finished(dsx.api().fullScan(connector));
    double seconds = (System.nanoTime() - begin) / 1e9;
    long[] after = times(browser);
    double[] each = new double[before.length];
    for (int i = 0; i < each.length; i++) {
      each[i] = (after[i] - before[i]) / (double) FILES;
    }
    return new Round(FILES / seconds, each[0], each[1], each[2], each[3]);
  }

  private long[] times(List<ProcessHandle> browser) {
    return new long[] {
      CpuTime.of(dsx.process().pid()),
      CpuTime.of(dsx.process().children()),
      CpuTime.of(connectorProcess.pid()),
      CpuTime.of(browser)
    };
  }

  private static List<ProcessHandle> chromiums() {
    return ProcessHandle.current()
        .descendants()
        .filter(each -> each.info().command().orElse("").contains("chrom"))
        .toList();
  }

  private static Round median(List<Round> rounds) {
    return new Round(
        median(rounds, Round::filesPerSecond),
        median(rounds, Round::core),
        median(rounds, Round::redis),
        median(rounds, Round::connector),
        median(rounds, Round::browser));
  }

  private static double median(
      List<Round> rounds, java.util.function.ToDoubleFunction<Round> figure) {
    double[] all = rounds.stream().mapToDouble(figure).sorted().toArray();
    return all[all.length / 2];
  }
}
