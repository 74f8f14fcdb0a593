package io.dsxconnect.app.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Printable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A text table whose columns are as wide as their widest cell. Not thread-safe. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... head) {
    rows.add(List.of(head));
  }

  /**
   * Adds a row, with control characters escaped.
   *
   * @param cells one per column
   */
  public void row(String... cells) {
    List<String> printable = new ArrayList<>();
    for (String cell : cells) {
      printable.add(Printable.of(cell));
    }
    rows.add(printable);
  }

  /** The text of a field; empty when it is null or missing. */
  public static String text(JsonNode of, String field) {
    return of.path(field).isNull() ? "" : of.path(field).asText("");
  }

  /** A field in seconds since the epoch, as ISO-8601 in UTC; empty for 0. */
  public static String time(JsonNode of, String field) {
    long seconds = of.path(field).asLong(0);
    return seconds == 0 ? "" : Instant.ofEpochSecond(seconds).toString();
  }

  /** Prints the head and all rows to standard output. */
  public void print() {
    int columns = rows.getFirst().size();
    StringBuilder out = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        int at = column;
        int width = rows.stream().mapToInt(r -> r.get(at).length()).max().orElse(0);
        String cell = row.get(column);
        line.append(cell).append(" ".repeat(width - cell.length() + 2));
      }
      out.append(line.toString().stripTrailing()).append('\n');
    }
    System.out.print(out);
  }
}
