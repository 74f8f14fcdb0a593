package io.dsxconnect.redis.embedded;

/** No embedded Redis can be had; the message is one line that says what to do. */
public final class RedisNotStarted extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisNotStarted(String message) {
    super(message);
  }

  RedisNotStarted(String message, Throwable cause) {
    super(message, cause);
  }
}
