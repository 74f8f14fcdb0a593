package io.dsxconnect.http.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * Limits of a server, so that slow or idle clients do not hold what other clients need. Immutable.
 *
 * @param idle how long a connection may be idle before a request, or take to send a request's head
 * @param body a request body that takes longer must average 10 KiB/s in each such interval; the
 *     client must read the response at the same rate
 * @param connections the maximum number of open connections; further ones wait to be accepted
 * @param requests the maximum number of concurrent requests; further ones are answered 503 with
 *     Retry-After
 * @param bodies the maximum of bytes that all request bodies in memory take together; further ones
 *     are answered 503
 */
public record Limits(Duration idle, Duration body, int connections, int requests, long bodies) {
  /**
   * 2 minutes idle, 30 seconds per body, 2048 requests, a quarter of the heap for bodies. The
   * number of connections (at most 8192) follows from the heap and from the files that the process
   * may open.
   */
  public static final Limits DEFAULT =
      new Limits(
          Duration.ofMinutes(2),
          Duration.ofSeconds(30),
          Math.min(connectionsForHeap(), connectionsForFiles()),
          2048,
          Runtime.getRuntime().maxMemory() / 4);

  private static final long MIN_BYTES_PER_SECOND = 10 * 1024;
  private static final int MAX_CONNECTIONS = 8192;

  /** Heap for the buffers, the head and, with TLS, the engine of one connection. */
  private static final long BYTES_PER_CONNECTION = 128 * 1024;

  /** With a lower limit on open files a server may run out of connections. */
  private static final long MIN_OPEN_FILES = 1024;

  private static int connectionsForHeap() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / BYTES_PER_CONNECTION, 64, MAX_CONNECTIONS);
  }

  /** Half of the free descriptors: a request may need a file or an outgoing connection. */
  private static int connectionsForFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
        ? Math.clamp(
            (os.getMaxFileDescriptorCount() - os.getOpenFileDescriptorCount()) / 2,
            16,
            MAX_CONNECTIONS)
        : MAX_CONNECTIONS;
  }

  /** How many files this process may open if that is fewer than 1024; otherwise 0. */
  static long scarceFiles() {
    long files = openFiles();
    return files < MIN_OPEN_FILES ? files : 0;
  }

  /**
   * How many files this process may have open; {@link Long#MAX_VALUE} if the system does not report
   * it.
   */
  public static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
        ? os.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /** These limits with a {@code body} time of at most {@code max}. */
  Limits withBodyTimeUpTo(Duration max) {
    return body.compareTo(max) <= 0 ? this : new Limits(idle, max, connections, requests, bodies);
  }

  /** Whether {@code bytes} in one {@code body} time are fewer than 10 KiB per second. */
  boolean tooSlow(long bytes) {
    return bytes * 1000 < MIN_BYTES_PER_SECOND * body.toMillis();
  }

  /** How long a transfer of {@code bytes} may take at 10 KiB per second. */
  Duration maxTime(long bytes) {
    return Duration.ofMillis(bytes * 1000 / MIN_BYTES_PER_SECOND);
  }
}
