package io.dsxconnect.bench;

/** One pass of the floor and one of the pipeline, in immediate succession. */
record Pair(Pass floor, Pass pipeline) {

  double ratio() {
    return pipeline.filesPerSecond() / floor.filesPerSecond();
  }

  /** Processor time that the pipeline adds to the floor, in microseconds per file. */
  double addedCpuMicros() {
    return pipeline.cpuMicrosPerFile() - floor.cpuMicrosPerFile();
  }
}
