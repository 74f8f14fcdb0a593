package io.dsxconnect.contract;

/** How a scanner says what it is; results carry it. */
public final class Engine {
  /** On a scanner's answers. DSXA does not send it. */
  public static final String HEADER = "X-Scanner";

  private static final String STANDIN_BEGINS = "stand-in";

  /** What the stand-in says. */
  public static final String STANDIN = STANDIN_BEGINS + " (NOT a scanner: knows only EICAR)";

  private Engine() {}

  /** Whether this is the stand-in, of whatever version. */
  public static boolean isStandin(String name) {
    return name.startsWith(STANDIN_BEGINS);
  }
}
