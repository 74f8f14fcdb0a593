package io.dsxconnect.app.process;

import com.google.errorprone.annotations.ThreadSafe;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that keeps its first failure. A {@link PrintStream} swallows failures, so a
 * command whose output was lost would report success. Thread-safe.
 */
@ThreadSafe
public final class StandardOutput extends FilterOutputStream {
  private volatile @Nullable String failure;

  StandardOutput(OutputStream out) {
    super(out);
  }

  /** Replaces {@link System#out}. */
  public static StandardOutput install() {
    StandardOutput output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    System.setOut(new PrintStream(output, true, StandardCharsets.UTF_8));
    return output;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    try {
      out.write(bytes, from, count);
    } catch (IOException e) {
      // A reader that stops early, such as head, is not a failure.
      if (failure == null && !"Broken pipe".equals(e.getMessage())) {
        failure = String.valueOf(e.getMessage());
      }
      throw e;
    }
  }

  /**
   * Flushes the output and reports a failure on standard error.
   *
   * @param code exit code of the command
   * @return {@code code}, or 2 when output was lost
   */
  public int exitCode(int code) {
    System.out.flush();
    if (failure == null) {
      return code;
    }
    System.err.println("dsx: cannot write to standard output: " + failure);
    return 2;
  }
}
