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
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine;

/** Measures floor and pipeline in turn and prints the table. */
@Command(
    name = "bench/run",
    mixinStandardHelpOptions = true,
    description = "Measures the whole pipeline beside its floor, the bare read-and-post loop.",
    footer = {"", "Example: bench/run --load 4KiB=20000 --layout ONE --pairs 5"})
public final class Bench implements Callable<Integer> {
  // Referenced, or its level is forgotten.
  private static final Logger QUIET = Logger.getLogger("");

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

  @Option(
      names = "--against",
      paramLabel = "LIB",
      description = "a folder of jars, an earlier build's bench/target/lib, measured in turn")
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

  /** The pairs of each pipeline. */
  private List<List<Pair>> rounds(Corpus corpus, Layout layout, List<Pipeline> pipelines) {
    List<List<Pair>> measured = new ArrayList<>();
    pipelines.forEach(p -> measured.add(new ArrayList<>()));
    try (Floor floor = pipelines.getFirst().floor(concurrency)) {
      for (int i = -warmup; i < pairs; i++) {
        // Whoever goes first has the cooler or busier machine: they take turns.
        boolean forth = i % 2 == 0;
        Pass before = forth ? floor.run(corpus) : null;
        List<Pass> passes =
            forth ? passes(pipelines, corpus) : passes(pipelines.reversed(), corpus).reversed();
        Pass bare = before == null ? floor.run(corpus) : before;
        say(corpus, layout, i, bare, passes);
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

  private static void say(Corpus corpus, Layout layout, int round, Pass floor, List<Pass> passes) {
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
          "of " + corpus.load().files() + " files the scanner called benign: " + pass);
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
