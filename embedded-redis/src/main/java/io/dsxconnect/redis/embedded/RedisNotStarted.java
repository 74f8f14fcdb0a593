package io.dsxconnect.redis.embedded;

/** The embedded Redis cannot be started; the message is one line for the operator. */
public final class RedisNotStarted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisNotStarted(String message) {
    super(message);
  }

  RedisNotStarted(String message, Throwable cause) {
    super(message, cause);
  }
}
