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
import java.util.stream.Collectors;

/**
 * Writes log records to standard error, one line each. Control characters in them are escaped, so
 * text from outside can neither forge a line nor control the terminal.
 */
public final class Logs {
  // Loggers that are not referenced are collected, and their levels with them.
  private static final List<Logger> QUIET =
      List.of(
          Logger.getLogger("io.helidon"),
          Logger.getLogger("io.lettuce"),
          Logger.getLogger("io.netty"),
          Logger.getLogger("org.apache"));

  /** Logs a port in use with a stack trace; the command reports it in one line instead. */
  private static final Logger SERVER_START = Logger.getLogger("io.helidon.webserver.LoomServer");

  /** Logs a stack trace when a process stops during the handshake of a connection: harmless. */
  private static final Logger STOPPED_EVENT_LOOP =
      Logger.getLogger("io.netty.util.concurrent.DefaultPromise.rejectedExecution");

  /** Warns in each process that starts the stand-in. */
  private static final Logger STANDIN = Logger.getLogger("io.dsxconnect.standin.Standin");

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

  /** Replaces all handlers of the process by one that writes {@code chosen} and above. */
  public static void configure(Level chosen) {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    ConsoleHandler console = new ConsoleHandler();
    console.setLevel(chosen);
    console.setFormatter(new LineFormatter(Level.FINE.equals(chosen)));
    root.addHandler(console);
    root.setLevel(chosen);
    QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
    SERVER_START.setLevel(Level.OFF);
    STOPPED_EVENT_LOOP.setLevel(Level.OFF);
    STANDIN.setLevel(null);
  }

  /** Drops the stand-in's warning, for a command that prints the same as a notice. */
  public static void muteStandin() {
    STANDIN.setLevel(Level.SEVERE);
  }

  private static final class LineFormatter extends Formatter {
    private static final DateTimeFormatter TIME =
        new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
    private final boolean stackTraces;

    LineFormatter(boolean stackTraces) {
      this.stackTraces = stackTraces;
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
      if (!stackTraces && !Level.SEVERE.equals(entry.getLevel())) {
        return line + ": " + Printable.of(String.valueOf(thrown.getMessage())) + "\n";
      }
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace));
      // Messages within the trace may contain text from outside, also line breaks: each line of the
      // trace is indented, so that none looks like a record.
      return Printable.document(trace.toString())
          .lines()
          .map(each -> "  " + each + "\n")
          .collect(Collectors.joining("", line + "\n", ""));
    }
  }
}
