package io.dsxconnect.core.redis;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.settings.StartFailure;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands and scripts on one shared connection; {@link #blocking} and {@link #listening} open
 * more. A command that was in flight when the connection broke is never sent again: its caller
 * knows whether a repeat is harmless. Every call blocks until Redis answers, at most 10 s. While
 * Redis is unavailable, every call throws {@link RedisUnavailableException} at once. Thread-safe.
 */
@ThreadSafe
public final class Redis implements AutoCloseable {
  private static final Duration WRITE_PROBE_TTL = Duration.ofSeconds(10);

  private final MonotonicClock ticks;
  private final Keys keys;
  private final ConnectionWatch watch;
  private final Failures failures;
  private final RedisMemory memory;
  private final WriteProbe writeProbe = new WriteProbe(this::writeProbeKey);

  private Redis(RedisSettings settings, MonotonicClock ticks) {
    this.ticks = ticks;
    this.keys = new Keys(settings.env(), 0);
    this.watch = new ConnectionWatch(settings, ticks, keys);
    this.failures = new Failures(settings.address());
    this.memory = new RedisMemory(this::memoryInfo, settings.highWater());
  }

  /**
   * Connects now.
   *
   * @throws StartFailure with a message of one line when Redis does not answer or is not usable
   */
  public static Redis connect(RedisSettings settings) {
    return connect(settings, MonotonicClock.SYSTEM);
  }

  /**
   * Connects now, with a clock that a test moves.
   *
   * @throws StartFailure with a message of one line when Redis does not answer or is not usable
   */
  public static Redis connect(RedisSettings settings, MonotonicClock ticks) {
    Redis redis = new Redis(settings, ticks);
    if (!redis.watch.tryToConnect()) {
      redis.close();
      throw new StartFailure(
          "Redis at "
              + settings.address()
              + ": "
              + redis.watch.trouble()
              + "; start it, or set DSXCONNECT_REDIS_URL");
    }
    redis.watch.start();
    return redis;
  }

  /** Connects in the background, however long it takes; for servers. Does not block. */
  public static Redis connectWhenItAnswers(RedisSettings settings) {
    Redis redis = new Redis(settings, MonotonicClock.SYSTEM);
    redis.watch.start();
    return redis;
  }

  /** Blocks until Redis answered for the first time, or this is closed. */
  public void awaitConnected() throws InterruptedException {
    watch.awaitConnected();
  }

  /** False when nothing watches the connection any more. */
  public boolean watched() {
    return watch.running();
  }

  /** How full Redis is. */
  public RedisMemory memory() {
    return memory;
  }

  private String memoryInfo() {
    try {
      return watch.connection().sync().info("memory");
    } catch (RedisException e) {
      throw ServerCheck.isDenied(e) ? e : failures.of(e);
    }
  }

  public Keys keys() {
    return keys;
  }

  /**
   * Runs plain commands.
   *
   * @throws RedisUnavailableException when Redis does not answer, or takes no writes now
   * @throws IllegalStateException when Redis refuses a command
   */
  public <T> T call(Function<RedisCommands<String, String>, T> commands) {
    try {
      return commands.apply(watch.connection().sync());
    } catch (RedisException e) {
      throw failures.of(e);
    }
  }

  /**
   * Sends several commands without waiting in between, and waits for all answers.
   *
   * @param commands returns the futures, at most some 1,000, because their answers are in memory
   *     together
   * @return the answers in the order of the futures
   * @throws RedisUnavailableException when Redis does not answer
   * @throws IllegalStateException when Redis refuses a command
   */
  public <T> List<T> pipelined(
      Function<RedisAsyncCommands<String, String>, List<RedisFuture<T>>> commands) {
    StatefulRedisConnection<String, String> connection = watch.connection();
    try {
      List<RedisFuture<T>> sent = commands.apply(connection.async());
      List<T> answers = new ArrayList<>(sent.size());
      for (RedisFuture<T> future : sent) {
        answers.add(
            LettuceFutures.awaitOrCancel(
                future, connection.getTimeout().toMillis(), TimeUnit.MILLISECONDS));
      }
      return answers;
    } catch (RedisException e) {
      throw failures.of(e);
    }
  }

  /**
   * The exception for an error that a script returned.
   *
   * @param why the error as Redis sent it
   * @return {@link RedisUnavailableException} when the script may succeed later, else {@link
   *     IllegalStateException}
   */
  public RuntimeException refused(String why, @Nullable RedisException cause) {
    return failures.refused(why, cause);
  }

  /**
   * Runs a script that returns a text.
   *
   * @param arguments from {@code ARGV[3]} on
   * @throws RedisUnavailableException when Redis does not answer, or takes no writes now
   * @throws IllegalStateException when the script fails
   */
  public String runText(Script script, String... arguments) {
    return run(script, ScriptOutputType.VALUE, arguments);
  }

  /** Runs a script that returns an integer; the rest as {@link #runText}. */
  public long runInteger(Script script, String... arguments) {
    return this.<Long>run(script, ScriptOutputType.INTEGER, arguments);
  }

  /** Runs a script that returns an integer; the rest as {@link #runText}. */
  public long runInteger(Script script, List<String> arguments) {
    return runInteger(script, arguments.toArray(String[]::new));
  }

  /**
   * Runs a script that returns a list; the rest as {@link #runText}.
   *
   * @return {@link String}, {@link Long} or {@link List} each
   */
  public List<Object> runList(Script script, String... arguments) {
    return run(script, ScriptOutputType.MULTI, arguments);
  }

  /** The same with a list of arguments. */
  public List<Object> runList(Script script, List<String> arguments) {
    return runList(script, arguments.toArray(String[]::new));
  }

  @SuppressWarnings("TypeParameterUnusedInFormals") // the output type decides
  private <T> T run(Script script, ScriptOutputType type, String... arguments) {
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
   * Opens a connection for a reader that blocks; the caller closes it. As everywhere, a command
   * fails after 10 s, so that a vanished Redis is noticed: the caller blocks for less at a time.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public StatefulRedisConnection<String, String> blocking() {
    return opened(watch::open);
  }

  /**
   * Opens a connection that subscribes to channels; the caller closes it.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public StatefulRedisPubSubConnection<String, String> listening() {
    return opened(watch::listen);
  }

  private <T> T opened(Supplier<T> connect) {
    try {
      return connect.get();
    } catch (RedisException e) {
      throw failures.of(e);
    }
  }

  /** Whether Redis answers now. */
  public boolean alive() {
    try {
      return "PONG".equals(watch.connection().sync().ping());
    } catch (RedisException | RedisUnavailableException e) {
      return false;
    }
  }

  /** Why Redis accepts no writes; null if it does. Probes at most once per second. */
  public @Nullable String refusesWrites() {
    return writeProbe.refusal();
  }

  private void writeProbeKey() {
    call(c -> c.set(keys.of(Key.PROBE), "1", SetArgs.Builder.ex(WRITE_PROBE_TTL)));
  }

  /** Milliseconds since this process was last connected again. */
  public long connectedForMillis() {
    return watch.connectedForMillis();
  }

  /** Closes all connections; commands in flight fail. */
  @Override
  public void close() {
    watch.close();
  }
}
