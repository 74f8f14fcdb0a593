package io.dsxconnect.core.redis;

/** New work is not taken now, though Redis answers; what was accepted goes on. */
public final class IntakeClosedException extends RedisUnavailableException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason a word, a colon, and one sentence for the operator
   */
  public IntakeClosedException(String reason) {
    super(reason, null);
  }
}
