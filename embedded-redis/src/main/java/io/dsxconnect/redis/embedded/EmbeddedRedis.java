package io.dsxconnect.redis.embedded;

import io.dsxconnect.settings.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis process on 127.0.0.1 with a free port and a random password. Starting blocks until Redis
 * serves. It runs in a separate session, so Ctrl-C does not reach it: close it, after everything
 * that uses it. {@link #close} is for one thread at a time; the other methods are thread-safe.
 */
public final class EmbeddedRedis implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String CONFIGURATION = "redis.conf";
  private static final RedisVersion MIN_VERSION = new RedisVersion(6, 2, 0);

  /** The first version with an append-only log of several files. */
  private static final RedisVersion MULTI_PART_LOG = new RedisVersion(7, 0, 0);

  private static final int MAX_START_ATTEMPTS = 5;

  private final RedisHome home;
  private final RedisProcess process;
  private final boolean durable;
  private final int port;
  private final String password;

  private EmbeddedRedis(
      RedisHome home, RedisProcess process, boolean durable, int port, String password) {
    this.home = home;
    this.process = process;
    this.durable = durable;
    this.port = port;
    this.password = password;
  }

  /**
   * Starts a Redis without persistence; its folder, in the temporary folder, is deleted on close.
   * First stops and deletes ephemeral ones whose owner was killed.
   *
   * @throws StartFailure if it cannot be started
   */
  public static EmbeddedRedis ephemeral() {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    RedisHome home = RedisHome.temporary(temporary);
    RedisHome.sweep(temporary, home.folder());
    return start(home, false);
  }

  /**
   * Starts a Redis that stores its data in {@code dataDir/redis}, each write on disk before it is
   * answered. First stops a Redis that a killed process left there.
   *
   * @throws StartFailure if it cannot be started, for example because the folder is in use
   */
  public static EmbeddedRedis durable(Path dataDir) {
    RedisHome home = RedisHome.in(dataDir);
    return start(home, true);
  }

  private static EmbeddedRedis start(RedisHome home, boolean durable) {
    boolean started = false;
    try {
      home.stopLeftover();
      // Redis 7 stores its log in a folder that older versions ignore: they would start empty.
      boolean written7 = Files.isDirectory(home.folder().resolve("appendonlydir"));
      RedisBinary binary =
          RedisBinary.find(home.folder(), System.getenv(), written7 ? MULTI_PART_LOG : MIN_VERSION);
      EmbeddedRedis redis = serve(home, binary, durable);
      started = true;
      return redis;
    } catch (IOException e) {
      throw new StartFailure("cannot start Redis in " + home.folder() + ": " + e.getMessage(), e);
    } finally {
      if (!started) {
        release(home, durable);
      }
    }
  }

  private static EmbeddedRedis serve(RedisHome home, RedisBinary binary, boolean durable)
      throws IOException {
    String password = HexFormat.of().formatHex(randomBytes(24));
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      writeConfiguration(home.folder(), port, password, durable);
      RedisProcess process = RedisProcess.start(binary, home.folder(), CONFIGURATION);
      RunningRedis.of(process.handle(), port).recordIn(home.folder());
      if (process.awaitReady()) {
        log.debug("Redis {} serves 127.0.0.1:{} from {}", binary.version(), port, home.folder());
        return new EmbeddedRedis(home, process, durable, port, password);
      }
      process.kill();
      if (attempt == MAX_START_ATTEMPTS || !process.lastLine().contains("Address already in use")) {
        throw new StartFailure(
            "Redis does not start in " + home.folder() + ": " + process.lastLine());
      }
    }
  }

  private static void writeConfiguration(Path folder, int port, String password, boolean durable)
      throws IOException {
    Path file = folder.resolve(CONFIGURATION);
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(
        file,
        """
        bind 127.0.0.1
        port %d
        requirepass %s
        daemonize no
        databases 1
        save ""
        appendonly %s
        appendfsync always
        maxmemory-policy noeviction
        notify-keyspace-events Ex
        """
            .formatted(port, password, durable ? "yes" : "no"));
  }

  private static byte[] randomBytes(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** {@code redis://:password@127.0.0.1:port/0}; a secret, because it contains the password. */
  public String url() {
    return "redis://:" + password + "@127.0.0.1:" + port + "/0";
  }

  /**
   * Runs {@code action} once if Redis ends without {@link #close}, on a thread of this class. The
   * process should then end as well: its driver would send the password to the next program that
   * listens on the port.
   */
  public void onUnexpectedEnd(Runnable action) {
    process.onUnexpectedEnd(action);
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The id of the Redis process. */
  public long pid() {
    return process.pid();
  }

  /** The folder of Redis; a scan of the file system excludes it. */
  public Path folder() {
    return home.folder();
  }

  /**
   * Stops Redis and deletes the folder of an ephemeral one. Blocks for up to 20 seconds. May be
   * called more than once.
   */
  @Override
  public void close() {
    if (!process.handle().isAlive() && !Files.exists(home.folder().resolve(CONFIGURATION))) {
      return;
    }
    if (durable) {
      process.stop();
    } else {
      process.kill();
    }
    release(home, durable);
  }

  private static void release(RedisHome home, boolean durable) {
    if (!durable) {
      home.delete();
      return;
    }
    try {
      Files.deleteIfExists(home.folder().resolve(CONFIGURATION));
      RunningRedis.forget(home.folder());
    } catch (IOException e) {
      log.warn("cannot clean up {}: {}", home.folder(), e.getMessage());
    } finally {
      home.close();
    }
  }

  /** The address, without the password. */
  @Override
  public String toString() {
    return "EmbeddedRedis[127.0.0.1:" + port + "]";
  }
}
