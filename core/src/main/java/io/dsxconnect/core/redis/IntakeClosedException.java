package io.dsxconnect.core.redis;

/** New work is refused for now, though Redis answers; accepted work continues. */
public final class IntakeClosedException extends RedisUnavailableException {
  private static final long serialVersionUID = 1L;

  /**
   * @param reason an error code, a colon, and a sentence for the operator
   */
  public IntakeClosedException(String reason) {
    super(reason, null);
  }
}
