package io.dsxconnect.http.server;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What a server bears before it refuses: whoever sends or takes nothing, or next to nothing, must
 * not hold what others need.
 *
 * @param idle how long a connection may wait for a request or send the head of one
 * @param body in each such time a body must end, or come with 10 KiB per second; an answer must be
 *     taken likewise
 * @param connections at once; more wait to be accepted
 * @param requests in work at once; more are answered 503 with Retry-After
 * @param bodies bytes of request bodies that may be held at once; more are answered 503
 */
public record Limits(Duration idle, Duration body, int connections, int requests, long bodies) {
  /** Derived from this process's heap and from how many files it may open. */
  public static final Limits DEFAULT =
      new Limits(
          Duration.ofMinutes(2),
          Duration.ofSeconds(30),
          Math.min(connectionsOfHeap(), connectionsOfFiles()),
          2048,
          Runtime.getRuntime().maxMemory() / 4);

  private static final long SLOWEST = 10 * 1024;
  private static final int MOST_CONNECTIONS = 8192;

  /** Buffers, head and, with TLS, the engine of one connection. */
  private static final long CONNECTION = 128 * 1024;

  /** Below so many open files a server is short of connections. */
  private static final long FEW_FILES = 1024;

  private static int connectionsOfHeap() {
    return Math.clamp(Runtime.getRuntime().maxMemory() / CONNECTION, 64, MOST_CONNECTIONS);
  }

  /** Half of what is left: a request may need a file, or a connection to somebody else. */
  private static int connectionsOfFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
        ? Math.clamp(
            (os.getMaxFileDescriptorCount() - os.getOpenFileDescriptorCount()) / 2,
            16,
            MOST_CONNECTIONS)
        : MOST_CONNECTIONS;
  }

  /** How many files this process may open, when that is few for a server; 0 when it is enough. */
  static long fewFiles() {
    long files = openFiles();
    return files < FEW_FILES ? files : 0;
  }

  /** How many files this process may open; very many where the system does not say. */
  public static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
        ? os.getMaxFileDescriptorCount()
        : Long.MAX_VALUE;
  }

  /** The same with a {@code body} time of no more than this. */
  Limits within(Duration longest) {
    return body.compareTo(longest) <= 0
        ? this
        : new Limits(idle, longest, connections, requests, bodies);
  }

  /** Whether so much in one {@code body} time is too little. */
  boolean tooSlow(long bytes) {
    return bytes * 1000 < SLOWEST * body.toMillis();
  }

  /** How long so many bytes may take. */
  Duration longest(long bytes) {
    return Duration.ofMillis(bytes * 1000 / SLOWEST);
  }
}
