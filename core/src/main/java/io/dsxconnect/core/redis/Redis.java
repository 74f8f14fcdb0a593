package io.dsxconnect.core.redis;

import io.dsxconnect.settings.StartFailure;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for everything that does not block, more for what does. Commands that were under
 * way when the connection broke are never sent again by the driver: their callers know whether a
 * repeat is harmless. While Redis is away every call throws {@link RedisUnavailableException} at
 * once, and one line every 10 s says so.
 */
public final class Redis implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  private static final Duration COMMAND = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** How long a connection that is up may leave a question unanswered. */
  private static final Duration SILENCE = Duration.ofSeconds(8);

  private static final int LOOKS_A_LINE = 10;
  private static final Duration LINE = LOOK.multipliedBy(LOOKS_A_LINE);

  private final Driver driver;
  private final RedisSettings settings;
  private final MonotonicClock ticks;
  private final Keys keys;
  private final RedisMemory memory;
  private final boolean secured;
  private final Thread watch;
  private volatile @Nullable StatefulRedisConnection<String, String> connection;
  private volatile boolean up;
  private volatile boolean closed;
  private volatile long connectedAt;
  private volatile String trouble = "not connected yet";
  private final AtomicLong told = new AtomicLong();
  private int looks;
  private long asked;
  private @Nullable String refusal;

  private Redis(RedisSettings settings, MonotonicClock ticks) {
    this.settings = settings;
    this.ticks = ticks;
    this.keys = new Keys(settings.env(), 0);
    this.memory = new RedisMemory(this::memoryInfo, settings.highWater());
    RedisURI uri = settings.uri();
    uri.setTimeout(COMMAND);
    this.secured = uri.isSsl();
    this.driver = new Driver(uri, settings.tls(), COMMAND);
    this.watch = Thread.ofPlatform().daemon().name("redis-watch").unstarted(this::watch);
  }

  /**
   * Connects now.
   *
   * @throws StartFailure in one line when Redis does not answer or refuses
   */
  public static Redis connect(RedisSettings settings) {
    return connect(settings, MonotonicClock.SYSTEM);
  }

  /** The same with a time that a test moves. */
  public static Redis connect(RedisSettings settings, MonotonicClock ticks) {
    Redis redis = new Redis(settings, ticks);
    if (!redis.tryToConnect()) {
      redis.close();
      throw new StartFailure(
          "Redis at "
              + settings.address()
              + ": "
              + redis.trouble
              + "; start it, or set DSXCONNECT_REDIS_URL");
    }
    redis.watch.start();
    return redis;
  }

  /** Connects in the background, however long it takes; what a server does. */
  public static Redis connectWhenItAnswers(RedisSettings settings) {
    Redis redis = new Redis(settings, MonotonicClock.SYSTEM);
    redis.watch.start();
    return redis;
  }

  /** Waits until Redis answered for the first time. */
  public void awaitConnected() throws InterruptedException {
    synchronized (watch) {
      while (connection == null && !closed) {
        watch.wait();
      }
    }
  }

  private void watch() {
    while (!closed) {
      try {
        look();
      } catch (Throwable e) {
        log.error("the connection to Redis was not looked after", e);
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look() {
    requireAnswers();
    if (connection == null && tryToConnect()) {
      advise();
    }
    if (up) {
      looks = 0;
    } else if (looks++ % LOOKS_A_LINE == 0) {
      log.warn("waiting for Redis at {}: {}", settings.address(), trouble);
    }
  }

  /**
   * A connection whose other end hangs, or has vanished without a word, looks as if it were up: the
   * system would find out after a quarter of an hour. Its commands end at once, and a new
   * connection is tried.
   */
  private void requireAnswers() {
    StatefulRedisConnection<String, String> current = connection;
    if (current == null || !up) {
      return;
    }
    try {
      current.async().ping().get(SILENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      trouble = "it has not answered for " + SILENCE.toSeconds() + " s; connecting again";
      up = false;
      connection = null;
      // Connecting again may hang, too: that is not waited for.
      log.warn("Redis at {}: {}", settings.address(), trouble);
      looks = 1;
      var _ = current.closeAsync();
    } catch (ExecutionException | RuntimeException e) {
      log.debug("Redis was not asked whether it answers: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when nobody looks after the connection any more. */
  public boolean watched() {
    return watch.isAlive();
  }

  private void advise() {
    try {
      ServerCheck.advise(connection().sync());
    } catch (RedisException e) {
      log.debug("Redis was not asked how it keeps its data: {}", e.getMessage());
    }
  }

  private boolean tryToConnect() {
    StatefulRedisConnection<String, String> made = null;
    try {
      made = driver.connect();
      Optional<String> refusal = ServerCheck.refusal(made.sync());
      if (refusal.isEmpty()) {
        refusal = Format.refusal(made.sync(), keys);
      }
      if (refusal.isEmpty()) {
        adopt(made);
        return true;
      }
      trouble = refusal.get();
    } catch (RedisException | UncheckedIOException e) {
      trouble = RedisErrors.why(e, secured ? settings.tls().names() : null);
    } catch (RedisUnavailableException e) {
      trouble = String.valueOf(e.getMessage());
    }
    if (made != null) {
      made.close();
    }
    return false;
  }

  private void adopt(StatefulRedisConnection<String, String> made) {
    made.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
            connectedAt = ticks.nanos();
            up = true;
            log.info("Redis is back");
          }

          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
            trouble = "the connection broke; work waits until it is back";
            up = false;
          }
        });
    connectedAt = ticks.nanos();
    up = made.isOpen();
    synchronized (watch) {
      connection = made;
      watch.notifyAll();
    }
  }

  private StatefulRedisConnection<String, String> connection() {
    StatefulRedisConnection<String, String> current = connection;
    if (current == null) {
      throw new RedisUnavailableException("Redis at " + settings.address() + ": " + trouble, null);
    }
    return current;
  }

  /** How full Redis is. */
  public RedisMemory memory() {
    return memory;
  }

  private String memoryInfo() {
    try {
      return connection().sync().info("memory");
    } catch (RedisCommandExecutionException e) {
      if (ServerCheck.isDenied(e)) {
        throw e;
      }
      throw away(e);
    } catch (RedisException e) {
      throw away(e);
    }
  }

  public Keys keys() {
    return keys;
  }

  /** Runs plain commands; {@link RedisUnavailableException} when Redis does not answer. */
  public <T> T call(Function<RedisCommands<String, String>, T> commands) {
    try {
      return commands.apply(connection().sync());
    } catch (RedisException e) {
      throw away(e);
    }
  }

  private RuntimeException away(RedisException e) {
    return e instanceof io.lettuce.core.RedisCommandExecutionException
            && !(e instanceof io.lettuce.core.RedisLoadingException)
            && !(e instanceof io.lettuce.core.RedisBusyException)
        ? refused(String.valueOf(e.getMessage()), e)
        : new RedisUnavailableException("Redis does not answer: " + RedisErrors.rootMessage(e), e);
  }

  /**
   * What it means that Redis refused a command: {@link RedisUnavailableException} when it may take
   * it later.
   *
   * @param why in the words of Redis
   */
  public RuntimeException refused(String why, @Nullable RedisException cause) {
    Optional<String> noWrites = WriteRefusals.refusal(why);
    if (noWrites.isEmpty()) {
      return new IllegalStateException("Redis refused a command: " + why, cause);
    }
    tell(noWrites.get());
    return new RedisUnavailableException(noWrites.get(), cause);
  }

  /** Once in a while: every call meets the same refusal. */
  private void tell(String noWrites) {
    long now = System.nanoTime();
    long before = told.get();
    if ((before == 0 || now - before > LINE.toNanos()) && told.compareAndSet(before, now)) {
      log.warn("{}: {}; work waits until it takes them", settings.address(), noWrites);
    }
  }

  /** Runs a script; prefix and skew are put in front of the arguments. */
  @SuppressWarnings("TypeParameterUnusedInFormals")
  public <T> T run(Script script, ScriptOutputType type, String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = keys.prefix();
    all[1] = Long.toString(ticks.skewMillis());
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    String[] slot = {keys.prefix()};
    return call(
        commands -> {
          try {
            return commands.evalsha(script.digest(), type, slot, all);
          } catch (RedisNoScriptException e) {
            return commands.eval(script.text(), type, slot, all);
          }
        });
  }

  /**
   * A connection of its own for a reader that blocks. As everywhere a command has 10 s to be
   * answered, so that one whose other end vanished is noticed; the caller waits for less at a time.
   */
  public StatefulRedisConnection<String, String> blocking() {
    connection();
    return opened(driver::connect);
  }

  /** A connection of its own that listens to channels. */
  public StatefulRedisPubSubConnection<String, String> listening() {
    connection();
    return opened(driver::listen);
  }

  private <T> T opened(Supplier<T> connect) {
    try {
      return connect.get();
    } catch (RedisException e) {
      throw away(e);
    }
  }

  /** Whether Redis answers now. */
  public boolean alive() {
    try {
      return "PONG".equals(connection().sync().ping());
    } catch (RedisException | RedisUnavailableException e) {
      return false;
    }
  }

  /** Why Redis takes no writes, null when it does; it is asked at most once a second. */
  public synchronized @Nullable String refusesWrites() {
    long now = System.nanoTime();
    if (asked == 0 || now - asked > LOOK.toNanos()) {
      asked = now;
      refusal = tryToWrite();
    }
    return refusal;
  }

  private @Nullable String tryToWrite() {
    try {
      call(c -> c.set(keys.of(Key.PROBE), "1", SetArgs.Builder.ex(10)));
      return null;
    } catch (RedisUnavailableException | IllegalStateException e) {
      return e.getMessage();
    }
  }

  /** Milliseconds since this process was last connected anew. */
  public long connectedForMillis() {
    return TimeUnit.NANOSECONDS.toMillis(ticks.nanos() - connectedAt);
  }

  @Override
  public void close() {
    closed = true;
    watch.interrupt();
    synchronized (watch) {
      watch.notifyAll();
    }
    driver.close();
  }
}
