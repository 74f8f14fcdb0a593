package io.dsxconnect.core.series;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Time series of some metrics, as the API shows them. A null value is unknown: nobody sampled the
 * bucket, or for a counter the bucket before it.
 *
 * @param step length of the buckets in seconds
 * @param from begin of the first bucket, seconds since the epoch
 * @param to end of the last bucket, seconds since the epoch; at least {@code from}
 * @param at end of every bucket, in order
 * @param series with as many values each as {@code at}
 */
public record Chart(long step, long from, long to, List<Long> at, List<Line> series) {

  /**
   * One metric with its labels.
   *
   * @param kind {@code counter}: increase within the bucket; {@code gauge}: value at its end
   */
  public record Line(
      String metric, Map<String, String> labels, String kind, List<@Nullable Number> values) {

    static Line of(Metric metric, List<@Nullable Number> values) {
      return new Line(
          metric.name(), metric.labels(), metric.kind().name().toLowerCase(Locale.ROOT), values);
    }
  }

  /** A value to show; null when it is unknown. */
  static @Nullable Number gauge(@Nullable Double value) {
    return value == null ? null : Row.number(value);
  }

  /**
   * The change from the end of the bucket before to the end of a bucket; null when one of them is
   * unknown. Negative when files left their outcome, because their dead letters were replayed.
   */
  static @Nullable Double change(@Nullable Double value, @Nullable Double before) {
    return value == null || before == null ? null : value - before;
  }

  /**
   * The increases to show, from the changes of all buckets in order. A fall is taken from the
   * increases before it, the newest first: a replayed file left its outcome and is counted with its
   * next one, so that each file is in the chart once.
   */
  static List<@Nullable Number> increases(List<@Nullable Double> changes) {
    List<@Nullable Double> left = new ArrayList<>(changes);
    for (int i = 0; i < left.size(); i++) {
      Double change = left.get(i);
      if (change != null && change < 0) {
        left.set(i, 0.0);
        takeBack(-change, left.subList(0, i));
      }
    }
    List<@Nullable Number> shown = new ArrayList<>(left.size());
    for (Double value : left) {
      shown.add(value == null ? null : Row.number(value));
    }
    return shown;
  }

  private static void takeBack(double amount, List<@Nullable Double> increases) {
    double rest = amount;
    for (int i = increases.size() - 1; i >= 0 && rest > 0; i--) {
      Double increase = increases.get(i);
      if (increase != null) {
        double taken = Math.min(rest, increase);
        increases.set(i, increase - taken);
        rest -= taken;
      }
    }
  }

  /** The ends of the buckets between two multiples of the step. */
  static List<Long> ends(long step, long from, long to) {
    List<Long> ends = new ArrayList<>();
    for (long at = from + step; at <= to; at += step) {
      ends.add(at);
    }
    return ends;
  }

  /**
   * The end of the newest bucket to show. A bucket that is over and may still get its row is left
   * out, so that no chart ends with a gap that is filled a second later.
   *
   * @param now seconds since the epoch
   * @param sampled end of the newest bucket that has a row; 0 for none
   */
  static long newestEnd(long step, long now, long sampled) {
    long over = now / step * step;
    return sampled == over || now - over > step / 2 ? over : over - step;
  }
}
