package io.dsxconnect.core.redis;

import org.jspecify.annotations.Nullable;

/** Redis did not answer, so that it is not known whether the command ran, or it takes no writes. */
public sealed class RedisUnavailableException extends RuntimeException
    permits IntakeClosedException {
  private static final long serialVersionUID = 1L;

  public RedisUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Whether Redis refused a write because it is full. */
  public boolean outOfMemory() {
    return String.valueOf(getMessage()).contains(WriteRefusals.OUT_OF_MEMORY);
  }
}
