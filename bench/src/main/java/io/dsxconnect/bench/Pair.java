package io.dsxconnect.bench;

/** The floor and the pipeline, one right after the other. */
record Pair(Pass floor, Pass pipeline) {

  double ratio() {
    return pipeline.filesPerSecond() / floor.filesPerSecond();
  }

  /** What the pipeline adds to the floor, in microseconds of processor time a file. */
  double addedCpuMicros() {
    return pipeline.cpuMicrosPerFile() - floor.cpuMicrosPerFile();
  }
}
