package io.dsxconnect.app.view;

import com.fasterxml.jackson.databind.JsonNode;
import io.dsxconnect.contract.Printable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as what stands in them. */
public final class Table {
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... head) {
    rows.add(List.of(head));
  }

  public void row(String... cells) {
    List<String> printable = new ArrayList<>();
    for (String cell : cells) {
      printable.add(Printable.of(cell));
    }
    rows.add(printable);
  }

  /** A field's text; nothing for null. */
  public static String text(JsonNode of, String field) {
    return of.path(field).isNull() ? "" : of.path(field).asText("");
  }

  /** A field in seconds since the epoch as UTC. */
  public static String time(JsonNode of, String field) {
    long seconds = of.path(field).asLong(0);
    return seconds == 0 ? "" : Instant.ofEpochSecond(seconds).toString();
  }

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
