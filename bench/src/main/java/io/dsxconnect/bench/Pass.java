package io.dsxconnect.bench;

import java.time.Duration;

/**
 * What one pass over a corpus took.
 *
 * @param files that the scanner called benign
 * @param elapsed from the start to the last verdict
 * @param lag from then until nothing was left to do; zero for the floor
 * @param cpu of all processes that took part, until nothing was left to do
 */
record Pass(long files, Duration elapsed, Duration lag, Duration cpu) {

  double filesPerSecond() {
    return files / (elapsed.toNanos() / 1e9);
  }

  double cpuMicrosPerFile() {
    return cpu.toNanos() / 1e3 / files;
  }
}
