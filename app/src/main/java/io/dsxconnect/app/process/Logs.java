package io.dsxconnect.app.process;

import io.dsxconnect.contract.Printable;
import io.dsxconnect.http.server.RequestId;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.ConsoleHandler;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** One line a record on standard error; what comes from outside cannot break or colour it. */
public final class Logs {
  // The root loggers must stay referenced, or their levels are forgotten.
  private static final List<Logger> QUIET =
      List.of(
          Logger.getLogger("io.helidon"),
          Logger.getLogger("io.lettuce"),
          Logger.getLogger("io.netty"),
          Logger.getLogger("org.apache"));

  /** What it says, a port that is taken, is told in one line by who started the server. */
  private static final Logger SERVER_START = Logger.getLogger("io.helidon.webserver.LoomServer");

  private Logs() {}

  /** The level of that name, in any case; empty when there is none. */
  public static Optional<Level> level(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "debug" -> Optional.of(Level.FINE);
      case "info" -> Optional.of(Level.INFO);
      case "warning", "warn" -> Optional.of(Level.WARNING);
      case "error" -> Optional.of(Level.SEVERE);
      default -> Optional.empty();
    };
  }

  public static void configure(Level chosen) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    ConsoleHandler console = new ConsoleHandler();
    console.setLevel(chosen);
    console.setFormatter(new Line(Level.FINE.equals(chosen)));
    root.addHandler(console);
    root.setLevel(chosen);
    QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
    SERVER_START.setLevel(Level.OFF);
  }

  private static final class Line extends Formatter {
    private static final DateTimeFormatter TIME =
        new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
    private final boolean traces;

    Line(boolean traces) {
      this.traces = traces;
    }

    private static String request() {
      String id = RequestId.current();
      return id.isEmpty() ? "" : "(" + id + ") ";
    }

    @Override
    public String format(LogRecord entry) {
      String name = entry.getLoggerName() == null ? "" : entry.getLoggerName();
      String line =
          TIME.format(entry.getInstant())
              + " "
              + String.format(
                  "%-7s", Level.FINE.equals(entry.getLevel()) ? "DEBUG" : entry.getLevel())
              + " ["
              + name.substring(name.lastIndexOf('.') + 1)
              + "] "
              + request()
              + Printable.of(formatMessage(entry));
      Throwable thrown = entry.getThrown();
      if (thrown == null) {
        return line + "\n";
      }
      if (!traces && !Level.SEVERE.equals(entry.getLevel())) {
        return line + ": " + Printable.of(String.valueOf(thrown.getMessage())) + "\n";
      }
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      // A message within the trace may hold what came from outside.
      return line + "\n" + Printable.document(trace.toString());
    }
  }
}
