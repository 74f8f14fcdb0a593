package io.dsxconnect.app.remote;

import io.dsxconnect.contract.Printable;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes lines of UTF-8 to a terminal with control characters escaped, so text from outside cannot
 * control it. A line is printed at its line feed; text after the last line feed is not printed. Not
 * thread-safe.
 */
final class TerminalText extends OutputStream {
  private final PrintStream terminal;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  TerminalText(PrintStream terminal) {
    this.terminal = terminal;
  }

  @Override
  public void write(int b) {
    line.write(b);
    if (b == '\n') {
      terminal.print(Printable.document(line.toString(StandardCharsets.UTF_8)));
      line.reset();
    }
  }
}
