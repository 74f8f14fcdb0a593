package io.dsxconnect.core.connector;

import java.time.Duration;

/**
 * How fast a file must come.
 *
 * @param window of waiting after which the rate is looked at
 * @param bytesPerSecond the least
 */
public record MinimumRate(Duration window, long bytesPerSecond) {
  public static final MinimumRate USUAL = new MinimumRate(Duration.ofSeconds(30), 10 * 1024);

  boolean tooSlow(long bytes, long nanos) {
    return bytes < bytesPerSecond * (nanos / 1e9);
  }
}
