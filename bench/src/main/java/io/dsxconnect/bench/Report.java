package io.dsxconnect.bench;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The table in Markdown: medians, with ranges in parentheses. */
final class Report {
  private static final String HEAD =
      """
      | files | stages in | build | floor files/s | pipeline files/s | floor MB/s | pipeline MB/s | pipeline / floor | floor CPU us/file | pipeline CPU us/file | added CPU us/file | event lag s | pairs |
      | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
      """;

  private static final String CPU_HEAD =
      """

      Processor time in us per file, by process:

      """;

  private final StringBuilder rows = new StringBuilder(HEAD);
  private final StringBuilder roles = new StringBuilder(CPU_HEAD);

  void add(Load load, Layout layout, Build build, List<Pair> pairs) {
    double megabytesPerFile = load.size() / 1e6;
    List<String> cells =
        List.of(
            load.toString(),
            layout == Layout.ONE ? "one process" : "four processes",
            build.name(),
            cell("%,.0f", pairs, p -> p.floor().filesPerSecond()),
            cell("%,.0f", pairs, p -> p.pipeline().filesPerSecond()),
            cell("%,.0f", pairs, p -> p.floor().filesPerSecond() * megabytesPerFile),
            cell("%,.0f", pairs, p -> p.pipeline().filesPerSecond() * megabytesPerFile),
            cell("%.2f", pairs, Pair::ratio),
            cell("%,.0f", pairs, p -> p.floor().cpuMicrosPerFile()),
            cell("%,.0f", pairs, p -> p.pipeline().cpuMicrosPerFile()),
            cell("%,.0f", pairs, Pair::addedCpuMicros),
            cell("%.1f", pairs, p -> p.pipeline().lag().toMillis() / 1e3),
            Integer.toString(pairs.size()));
    rows.append("| ").append(String.join(" | ", cells)).append(" |\n");
    roles
        .append("- ")
        .append(load)
        .append(", ")
        .append(cells.get(1))
        .append(", ")
        .append(build.name());
    roles.append("; floor").append(byRole(pairs, Pair::floor));
    roles.append("; pipeline").append(byRole(pairs, Pair::pipeline)).append('\n');
  }

  private static String byRole(List<Pair> pairs, Function<Pair, Pass> of) {
    return of.apply(pairs.getFirst()).cpu().keySet().stream()
        .map(role -> " " + role + " " + micros(pairs, p -> of.apply(p).cpuMicrosPerFile(role)))
        .collect(Collectors.joining(","));
  }

  private static String micros(List<Pair> pairs, ToDoubleFunction<Pair> value) {
    return String.format(Locale.ROOT, "%,.0f", median(sorted(pairs, value)));
  }

  private static double[] sorted(List<Pair> pairs, ToDoubleFunction<Pair> value) {
    return pairs.stream().mapToDouble(value).sorted().toArray();
  }

  private static String cell(String format, List<Pair> pairs, ToDoubleFunction<Pair> value) {
    double[] sorted = sorted(pairs, value);
    return String.format(
        Locale.ROOT,
        format + " (" + format + "-" + format + ")",
        median(sorted),
        sorted[0],
        sorted[sorted.length - 1]);
  }

  static double median(double[] sorted) {
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  @Override
  public String toString() {
    return rows.toString() + roles;
  }
}
