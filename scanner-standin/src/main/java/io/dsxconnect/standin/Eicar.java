package io.dsxconnect.standin;

/** Finds the EICAR test string anywhere in a stream, also across buffers. Not thread-safe. */
final class Eicar {
  // Split, so that scanners detect neither this source nor its class file as the test file.
  private static final byte[] PATTERN =
      String.join(
              "",
              "X5O!P%@AP[4\\PZX54(P^)7CC)7}",
              "$EICAR-STANDARD-",
              "ANTIVIRUS-TEST-FILE",
              "!$H+H*")
          .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  private static final byte FIRST = PATTERN[0];
  private static final int[] FALLBACK = fallback();

  private int matched;
  private boolean found;

  /** The Knuth-Morris-Pratt table: how much of the pattern still matches after a mismatch. */
  private static int[] fallback() {
    int[] table = new int[PATTERN.length];
    for (int i = 1, k = 0; i < PATTERN.length; i++) {
      while (k > 0 && PATTERN[i] != PATTERN[k]) {
        k = table[k - 1];
      }
      if (PATTERN[i] == PATTERN[k]) {
        k++;
      }
      table[i] = k;
    }
    return table;
  }

  /** Searches the next {@code length} bytes of the stream. */
  void update(byte[] buffer, int length) {
    if (found) {
      return;
    }
    int state = matched;
    for (int i = 0; i < length; i++) {
      byte b = buffer[i];
      if (state == 0) {
        // A separate loop for speed: nearly all bytes are skipped here.
        while (b != FIRST && ++i < length) {
          b = buffer[i];
        }
        if (b != FIRST) {
          break;
        }
      }
      while (state > 0 && b != PATTERN[state]) {
        state = FALLBACK[state - 1];
      }
      if (b == PATTERN[state] && ++state == PATTERN.length) {
        found = true;
        return;
      }
    }
    matched = state;
  }

  /** Whether the string was found so far. */
  boolean found() {
    return found;
  }
}
