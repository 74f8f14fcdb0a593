package io.dsxconnect.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures floor and pipeline alternately and prints a table. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description =
        "Compares the throughput of the whole pipeline with its floor, a bare read-and-post loop.",
    footer = {"", "Example: bench/run --load 4KiB=20000 --layout ONE --pairs 5"})
public final class Bench implements Callable<Integer> {
  // A logger that is not referenced is collected, and its level with it.
  private static final Logger QUIET = Logger.getLogger("");

  @Option(
      names = "--load",
      paramLabel = "SIZE=FILES",
      converter = LoadOption.class,
      description = "File size and number of files; repeatable; default: ${DEFAULT-VALUE}",
      defaultValue = "4KiB=20000 1MiB=1000 100MiB=20",
      split = " ")
  List<Load> loads = List.of();

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description =
          "ONE: one process for API and stages; FOUR: one per stage and one for the API; default:"
              + " both")
  List<Layout> layouts = List.of(Layout.values());

  @Option(
      names = "--pairs",
      paramLabel = "N",
      defaultValue = "3",
      description = "Measured pairs of floor and pipeline; default: ${DEFAULT-VALUE}")
  int pairs = 3;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "2",
      description = "Pairs before the measured ones; default: ${DEFAULT-VALUE}")
  int warmup = 2;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      defaultValue = "64",
      description =
          "Files at once, in the floor and in the scan stage; in one process the stages adapt up to"
              + " 64; default: ${DEFAULT-VALUE}")
  int concurrency = 64;

  @Option(names = "--durable", description = "Let Redis write to disk before it answers")
  boolean durable;

  @Option(
      names = "--against",
      paramLabel = "LIB",
      description = "Also measure another build: the folder bench/target/lib of its jars")
  @Nullable Path against;

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
    QUIET.setLevel(Level.SEVERE);
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
          measure(corpus, layout, temp, report);
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

  private void measure(Corpus corpus, Layout layout, Path temp, Report report) throws IOException {
    List<Build> builds = new ArrayList<>();
    builds.add(Build.own());
    if (against != null) {
      builds.add(new Build("the other", against + "/*"));
    }
    List<Pipeline> pipelines = new ArrayList<>();
    try {
      for (Build build : builds) {
        Path data = Files.createTempDirectory(temp, "data");
        pipelines.add(new Pipeline(build, corpus, layout, concurrency, durable, data));
      }
      List<List<Pair>> measured = rounds(corpus, layout, pipelines);
      for (int i = 0; i < builds.size(); i++) {
        report.add(corpus.load(), layout, builds.get(i), measured.get(i));
      }
    } finally {
      pipelines.forEach(Pipeline::close);
    }
  }

  /** The measured pairs, per pipeline. */
  private List<List<Pair>> rounds(Corpus corpus, Layout layout, List<Pipeline> pipelines) {
    List<List<Pair>> measured = new ArrayList<>();
    pipelines.forEach(p -> measured.add(new ArrayList<>()));
    try (Floor floor = pipelines.getFirst().floor(concurrency)) {
      for (int i = -warmup; i < pairs; i++) {
        // The order alternates, because the first of a pair may find a cooler or busier machine.
        boolean floorFirst = i % 2 == 0;
        Pass before = floorFirst ? floor.run(corpus) : null;
        List<Pass> passes =
            floorFirst
                ? passes(pipelines, corpus)
                : passes(pipelines.reversed(), corpus).reversed();
        Pass bare = before == null ? floor.run(corpus) : before;
        print(corpus, layout, i, bare, passes);
        for (int j = 0; j < pipelines.size() && i >= 0; j++) {
          measured.get(j).add(new Pair(bare, passes.get(j)));
        }
      }
    }
    return measured;
  }

  private static List<Pass> passes(List<Pipeline> pipelines, Corpus corpus) {
    return pipelines.stream().map(pipeline -> pipeline.run(corpus)).toList();
  }

  private static void print(
      Corpus corpus, Layout layout, int round, Pass floor, List<Pass> passes) {
    StringBuilder line = new StringBuilder();
    line.append(corpus.load()).append(", ").append(layout);
    line.append(round < 0 ? ", warm-up: floor" : ", pair " + (round + 1) + ": floor");
    line.append(checked(floor, corpus)).append(" files/s, pipeline");
    passes.forEach(pass -> line.append(checked(pass, corpus)));
    System.err.println(line.append(" files/s"));
  }

  private static String checked(Pass pass, Corpus corpus) {
    if (pass.files() != corpus.load().files()) {
      throw new IllegalStateException(
          "not all of " + corpus.load().files() + " files are benign: " + pass);
    }
    return String.format(Locale.ROOT, " %,.0f", pass.filesPerSecond());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
