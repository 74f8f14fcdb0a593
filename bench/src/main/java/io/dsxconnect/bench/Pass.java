package io.dsxconnect.bench;

import java.time.Duration;
import java.util.Map;

/**
 * The measurement of one pass over a corpus.
 *
 * @param files with the verdict benign
 * @param elapsed from the start to the last verdict
 * @param lag from the last verdict to the end of all work; zero for the floor
 * @param cpu processor time per process, by role, until the end of all work
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
