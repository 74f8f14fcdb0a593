package io.dsxconnect.contract;

/** The name of a scanner's engine, which results store. */
public final class Engine {
  /** Response header with the engine's name. DSXA does not send it. */
  public static final String HEADER = "X-Scanner";

  private static final String STANDIN_PREFIX = "stand-in";

  /** The name of the stand-in. */
  public static final String STANDIN = STANDIN_PREFIX + " (NOT a scanner: knows only EICAR)";

  private Engine() {}

  /**
   * {@return whether an engine's name is that of the stand-in, of any version}
   *
   * @param name as {@link #HEADER} or a result has it
   */
  public static boolean isStandin(String name) {
    return name.startsWith(STANDIN_PREFIX);
  }
}
