package io.dsxconnect.core.redis;

import org.jspecify.annotations.Nullable;

/** Redis did not answer, so that it is not known whether the command ran, or it takes no writes. */
public final class RedisAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RedisAway(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
