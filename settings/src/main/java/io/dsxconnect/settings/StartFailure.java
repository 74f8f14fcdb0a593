package io.dsxconnect.settings;

import org.jspecify.annotations.Nullable;

/**
 * A process, or a part of it, cannot start. The message is one line for the operator that says what
 * to do; commands print it and exit with 2.
 */
public class StartFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes a failure that has no cause in code.
   *
   * @param message one line that says what is wrong and what to do
   */
  public StartFailure(String message) {
    this(message, null);
  }

  /**
   * Makes a failure with its cause.
   *
   * @param message one line that says what is wrong and what to do
   * @param cause for the log at debug level; null if there is none
   */
  public StartFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
