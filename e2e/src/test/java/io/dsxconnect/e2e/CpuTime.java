package io.dsxconnect.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;

/** Processor time that the kernel has counted for processes. Linux only. */
final class CpuTime {
  private static final int USER = 11; // of the fields after the name of the program
  private static final int SYSTEM = 12;
  private static final long MICROSECONDS_PER_TICK = 10_000; // USER_HZ is 100 on every Linux

  private CpuTime() {}

  /** Of one process, in microseconds; 0 when it has ended. */
  static long of(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", "" + pid, "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return (Long.parseLong(fields[USER]) + Long.parseLong(fields[SYSTEM]))
          * MICROSECONDS_PER_TICK;
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      // A process that ends while it is read.
      return 0;
    }
  }

  /** Of several processes together, in microseconds. */
  static long of(Collection<ProcessHandle> processes) {
    return processes.stream().mapToLong(each -> of(each.pid())).sum();
  }
}
