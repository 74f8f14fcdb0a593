package io.dsxconnect.bench;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Processor time of processes since the creation of this object, by role. */
final class Cpu {
  private final Map<String, ProcessHandle> processes;
  private final Map<String, Duration> before;

  Cpu(Map<String, ProcessHandle> processes) {
    this.processes = processes;
    this.before = now();
  }

  private Map<String, Duration> now() {
    Map<String, Duration> now = new LinkedHashMap<>();
    processes.forEach(
        (role, process) -> now.put(role, process.info().totalCpuDuration().orElse(Duration.ZERO)));
    return now;
  }

  Map<String, Duration> used() {
    Map<String, Duration> used = now();
    used.replaceAll((role, total) -> total.minus(before.getOrDefault(role, Duration.ZERO)));
    return used;
  }
}
