package io.dsxconnect.core.attention;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.attention.Trouble.Words;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Redis that is full, or nearly. Thread-safe. */
@ThreadSafe
final class RedisTrouble implements TroubleSource {
  private static final String LINK = "/settings#redis";

  /** Percentage points below the high-water mark. */
  private static final int WARNING_DISTANCE = 10;

  private final DoubleSupplier ratio;
  private final int highWater;

  /**
   * @param ratio used memory as a share of the maximum, 0 without one; may block
   * @param highWater the level at which intake closes, in percent
   */
  RedisTrouble(DoubleSupplier ratio, int highWater) {
    this.ratio = ratio;
    this.highWater = highWater;
  }

  @Override
  public List<Trouble> find() {
    double percent = ratio.getAsDouble() * 100;
    if (percent >= highWater) {
      return List.of(
          Trouble.of(
              Kind.INTAKE_CLOSED,
              LINK,
              new Words(
                  "New scan requests are refused, because Redis is nearly full",
                  "It uses "
                      + highWater
                      + " % of its memory or more. Intake opens again when accepted work is done,"
                      + " or when maxmemory is raised.")));
    }
    if (percent >= highWater - WARNING_DISTANCE && percent > 0) {
      return List.of(
          Trouble.of(
              Kind.REDIS_MEMORY_HIGH,
              LINK,
              new Words(
                  "Redis will soon be full",
                  "At "
                      + highWater
                      + " % of its memory new scan requests are refused. Raise maxmemory, or keep"
                      + " fewer records.")));
    }
    return List.of();
  }
}
