package io.dsxconnect.core.connector;

import java.time.Duration;

/**
 * The rate at which a connector must send a file.
 *
 * @param window time of waiting for the connector after which the rate is checked
 * @param bytesPerSecond the minimum
 */
public record MinimumRate(Duration window, long bytesPerSecond) {
  /** 10 KiB/s, checked after each 30 s of waiting. */
  public static final MinimumRate DEFAULT = new MinimumRate(Duration.ofSeconds(30), 10 * 1024);

  boolean tooSlow(long bytes, long nanos) {
    return bytes < bytesPerSecond * (nanos / 1e9);
  }
}
