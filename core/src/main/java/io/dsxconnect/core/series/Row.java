package io.dsxconnect.core.series;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The values at the end of one bucket; counters since the start of the platform or the job.
 *
 * @param at end of the bucket in seconds since the epoch
 * @param values in the order of the metrics; null when unknown
 */
record Row(long at, List<@Nullable Double> values) {
  private static final int DECIMALS = 6;

  Row {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /** A value; null when it is unknown, also because an older version stored the row. */
  @Nullable Double value(int index) {
    return index < values.size() ? values.get(index) : null;
  }

  /** Parses a stored row; empty when it is malformed, so that the others are still shown. */
  static Optional<Row> parse(String text) {
    String[] parts = text.split(",", -1);
    List<@Nullable Double> values = new ArrayList<>(parts.length);
    try {
      for (int i = 1; i < parts.length; i++) {
        values.add(parts[i].isEmpty() ? null : Double.valueOf(parts[i]));
      }
      return Optional.of(new Row(Long.parseLong(parts[0]), values));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The values as they are stored, after the end of the bucket and a comma. */
  static String text(List<@Nullable Double> values) {
    StringJoiner text = new StringJoiner(",");
    for (Double value : values) {
      text.add(value == null ? "" : new BigDecimal(number(value).toString()).toPlainString());
    }
    return text.toString();
  }

  /** A number without needless decimals: whole as {@link Long}, else of 6 decimals. */
  static Number number(double value) {
    double rounded =
        BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_UP).doubleValue();
    if (rounded == Math.rint(rounded) && Math.abs(rounded) < Long.MAX_VALUE) {
      return (long) rounded;
    }
    return rounded;
  }
}
