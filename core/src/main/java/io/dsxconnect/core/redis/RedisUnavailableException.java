package io.dsxconnect.core.redis;

import org.jspecify.annotations.Nullable;

/**
 * Redis did not answer, so that the command may or may not have run; or Redis refuses writes for
 * now.
 */
public sealed class RedisUnavailableException extends RuntimeException
    permits IntakeClosedException {
  private static final long serialVersionUID = 1L;

  public RedisUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** Whether Redis refused a write because its memory is full. */
  public boolean outOfMemory() {
    return String.valueOf(getMessage()).contains(WriteRefusals.OUT_OF_MEMORY);
  }
}
