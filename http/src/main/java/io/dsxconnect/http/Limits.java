package io.dsxconnect.http;

import java.time.Duration;

/**
 * What a server bears before it refuses: whoever sends nothing or next to nothing must not hold
 * what others need.
 *
 * @param idle how long a connection may wait for a request or send the head of one
 * @param body in each such time a body must end, or come with 10 KiB a second
 * @param connections at once; more wait to be accepted
 * @param requests in work at once; more are answered 503 with Retry-After
 */
public record Limits(Duration idle, Duration body, int connections, int requests) {
  public static final Limits DEFAULT =
      new Limits(Duration.ofMinutes(2), Duration.ofSeconds(30), 8192, 2048);

  private static final long SLOWEST = 10 * 1024;

  /** Whether so much in one {@code body} time is too little. */
  boolean tooSlow(long bytes) {
    return bytes * 1000 < SLOWEST * body.toMillis();
  }
}
