package io.dsxconnect.bench;

import java.time.Duration;
import java.util.Map;

/**
 * What one pass over a corpus took.
 *
 * @param files that the scanner called benign
 * @param elapsed from the start to the last verdict
 * @param lag from then until nothing was left to do; zero for the floor
 * @param cpu of each process that took part, by its role, until nothing was left to do
 */
record Pass(long files, Duration elapsed, Duration lag, Map<String, Duration> cpu) {

  double filesPerSecond() {
    return files / (elapsed.toNanos() / 1e9);
  }

  double cpuMicrosPerFile() {
    return cpu.keySet().stream().mapToDouble(this::cpuMicrosPerFile).sum();
  }

  double cpuMicrosPerFile(String role) {
    return cpu.getOrDefault(role, Duration.ZERO).toNanos() / 1e3 / files;
  }
}
