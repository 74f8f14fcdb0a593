package io.dsxconnect.core.redis;

import org.jspecify.annotations.Nullable;

/** Redis did not answer. Whether the command ran is not known. */
public final class RedisAway extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RedisAway(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
