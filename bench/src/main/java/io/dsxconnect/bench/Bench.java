package io.dsxconnect.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures floor and pipeline in turn and prints the table. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = "Measures the whole pipeline beside its floor, the bare read-and-post loop.",
    footer = {"", "Example: bench/run --load 4KiB=20000 --layout ONE --pairs 5"})
public final class Bench implements Callable<Integer> {

  @Option(
      names = "--load",
      paramLabel = "SIZE=FILES",
      converter = LoadOption.class,
      description = "may be repeated; default: ${DEFAULT-VALUE}",
      defaultValue = "4KiB=20000 1MiB=1000 100MiB=20",
      split = " ")
  List<Load> loads = List.of();

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description = "ONE process for API and stages, or FOUR and the API; default: both")
  List<Layout> layouts = List.of(Layout.values());

  @Option(names = "--pairs", defaultValue = "3", description = "default: ${DEFAULT-VALUE}")
  int pairs = 3;

  @Option(
      names = "--warmup",
      paramLabel = "PAIRS",
      defaultValue = "2",
      description = "pairs before those that count; default: ${DEFAULT-VALUE}")
  int warmup = 2;

  @Option(
      names = "--concurrency",
      defaultValue = "64",
      description =
          "files at once, in the floor and in the scan stage; default: ${DEFAULT-VALUE}."
              + " In one process the stages find their own up to 64")
  int concurrency = 64;

  @Option(names = "--durable", description = "Redis writes to disk before it answers")
  boolean durable;

  private Bench() {}

  static final class LoadOption implements CommandLine.ITypeConverter<Load> {
    @Override
    public Load convert(String text) {
      try {
        return Load.parse(text);
      } catch (IllegalArgumentException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Bench());
  }

  @Override
  public Integer call() throws IOException {
    Report report = new Report();
    Path temp = Files.createTempDirectory("dsx-bench");
    try {
      for (Load load : loads) {
        Corpus corpus = Corpus.create(temp.resolve("corpus-" + load.size()), load);
        for (Layout layout : layouts) {
          Path data = Files.createTempDirectory(temp, "data");
          report.add(load, layout, measure(corpus, layout, data));
        }
        delete(corpus.folder());
      }
    } finally {
      delete(temp);
    }
    System.out.printf(
        Locale.ROOT,
        "%d cores, Java %s, concurrency %d, Redis %s%n%n%s",
        Runtime.getRuntime().availableProcessors(),
        Runtime.version(),
        concurrency,
        durable ? "durable" : "in memory",
        report);
    return 0;
  }

  private List<Pair> measure(Corpus corpus, Layout layout, Path data) {
    List<Pair> measured = new ArrayList<>();
    try (Pipeline pipeline = new Pipeline(corpus, layout, concurrency, durable, data);
        Floor floor = pipeline.floor(concurrency)) {
      for (int i = -warmup; i < pairs; i++) {
        Pair pair = pair(floor, pipeline, corpus, i % 2 == 0);
        requireWhole(pair, corpus);
        System.err.printf(
            Locale.ROOT,
            "%s, %s, %s: floor %,.0f files/s, pipeline %,.0f files/s%n",
            corpus.load(),
            layout,
            i < 0 ? "warm-up" : "pair " + (i + 1),
            pair.floor().filesPerSecond(),
            pair.pipeline().filesPerSecond());
        if (i >= 0) {
          measured.add(pair);
        }
      }
    }
    return measured;
  }

  /** Whoever goes first has the cooler or busier machine: they take turns. */
  private static Pair pair(Floor floor, Pipeline pipeline, Corpus corpus, boolean floorFirst) {
    if (floorFirst) {
      Pass bare = floor.run(corpus);
      return new Pair(bare, pipeline.run(corpus));
    }
    Pass whole = pipeline.run(corpus);
    return new Pair(floor.run(corpus), whole);
  }

  private static void requireWhole(Pair pair, Corpus corpus) {
    int files = corpus.load().files();
    if (pair.floor().files() != files || pair.pipeline().files() != files) {
      throw new IllegalStateException("of " + files + " files the scanner called benign: " + pair);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
