package io.dsxconnect.settings;

/** A process cannot start. The message is one line for the operator and names the remedy. */
public class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line with the reason and the remedy
   */
  public StartFailure(String message) {
    super(message);
  }

  /**
   * @param message one line with the reason and the remedy
   */
  public StartFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
