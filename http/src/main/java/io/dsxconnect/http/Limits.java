package io.dsxconnect.http;

import java.time.Duration;

/**
 * What a server bears before it refuses: whoever sends nothing or next to nothing must not hold
 * what others need.
 *
 * @param silence how long a connection may be silent while a request is read, or between two
 * @param body how long a body may take before it must have come with 10 KiB a second
 * @param connections at once; more wait to be accepted
 * @param requests in work at once; more are answered 503 with Retry-After
 */
public record Limits(Duration silence, Duration body, int connections, int requests) {
  public static final Limits DEFAULT =
      new Limits(Duration.ofSeconds(60), Duration.ofSeconds(30), 8192, 2048);

  private static final long SLOWEST = 10 * 1024;

  /** Whether a body of which so much has come is too slow. */
  boolean tooSlow(long nanos, long bytes) {
    return nanos > body.toNanos() && (nanos - body.toNanos()) / 1e9 * SLOWEST > bytes;
  }
}
