package io.dsxconnect.app.remote;

import io.dsxconnect.contract.Printable;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Lines of UTF-8 on their way to a terminal: what comes from outside cannot colour it or move its
 * cursor. Each line is printed when it ends; the last one needs an end, too.
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
