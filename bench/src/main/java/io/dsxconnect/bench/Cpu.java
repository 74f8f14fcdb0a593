package io.dsxconnect.bench;

import java.time.Duration;
import java.util.List;

/** Processor time that processes used since this was made. */
final class Cpu {
  private final List<ProcessHandle> processes;
  private final Duration before;

  Cpu(List<ProcessHandle> processes) {
    this.processes = List.copyOf(processes);
    this.before = total();
  }

  private Duration total() {
    return processes.stream()
        .map(p -> p.info().totalCpuDuration().orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  Duration used() {
    return total().minus(before);
  }
}
