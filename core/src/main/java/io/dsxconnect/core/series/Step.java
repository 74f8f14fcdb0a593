package io.dsxconnect.core.series;

import java.util.Arrays;
import java.util.List;

/** A length of buckets, and how many of them are kept. */
public enum Step {
  /** Kept for an hour. */
  TEN_SECONDS(10, 360),
  /** Kept for a day. */
  MINUTE(60, 1440),
  /** Kept for 30 days. */
  HOUR(3600, 720);

  private final int seconds;
  private final int kept;

  Step(int seconds, int kept) {
    this.seconds = seconds;
    this.kept = kept;
  }

  public int seconds() {
    return seconds;
  }

  /** How many buckets are kept. */
  int kept() {
    return kept;
  }

  /** The lengths in seconds, as clients write them. */
  public static List<String> words() {
    return Arrays.stream(values()).map(step -> Integer.toString(step.seconds)).toList();
  }

  /**
   * @throws IllegalArgumentException when there is no such step
   */
  public static Step of(long seconds) {
    return Arrays.stream(values())
        .filter(step -> step.seconds == seconds)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no step of " + seconds + " s"));
  }
}
