package io.dsxconnect.core.redis;

import io.dsxconnect.http.StartFailure;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.net.SocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection for everything that does not block, more for what does. Commands that were under
 * way when the connection broke are never sent again by the driver: their callers know whether a
 * repeat is harmless.
 */
public final class Redis implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  private static final Duration COMMAND = Duration.ofSeconds(10);

  private final ClientResources resources;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> connection;
  private final InstantSource clock;
  private final Keys keys;
  private volatile long connectedAt;

  private Redis(
      ClientResources resources,
      RedisClient client,
      StatefulRedisConnection<String, String> connection,
      InstantSource clock,
      Keys keys) {
    this.resources = resources;
    this.client = client;
    this.connection = connection;
    this.clock = clock;
    this.keys = keys;
    this.connectedAt = clock.millis();
    connection.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisConnected(RedisChannelHandler<?, ?> handler, SocketAddress address) {
            connectedAt = clock.millis();
            log.info("Redis is back");
          }

          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
            log.warn("Redis is away; work waits until it is back");
          }
        });
  }

  /**
   * Connects.
   *
   * @throws StartFailure in one line when Redis does not answer or refuses
   */
  public static Redis connect(RedisSettings settings, InstantSource clock) {
    RedisURI uri = Objects.requireNonNull(RedisSettings.parse(settings.url()));
    uri.setTimeout(COMMAND);
    ClientResources resources =
        DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
    RedisClient client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .autoReconnect(true)
            .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
            .replayFilter(command -> true)
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(Duration.ofSeconds(3))
                    .tcpNoDelay(true)
                    .keepAlive(true)
                    .build())
            .timeoutOptions(TimeoutOptions.enabled(COMMAND))
            .build());
    try {
      StatefulRedisConnection<String, String> connection = client.connect();
      Redis redis = new Redis(resources, client, connection, clock, new Keys(settings.env(), 0));
      redis.requireStreams(settings);
      return redis;
    } catch (RedisException e) {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
      resources.shutdown(0, 1, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
      throw new StartFailure(
          "Redis at "
              + settings.address()
              + " does not answer ("
              + rootMessage(e)
              + "); start it, or set DSXCONNECT_REDIS_URL",
          e);
    }
  }

  private void requireStreams(RedisSettings settings) {
    String info = call(commands -> commands.info("server"));
    String version =
        info.lines().filter(l -> l.startsWith("redis_version:")).findFirst().orElse("");
    String[] parts = version.replace("redis_version:", "").strip().split("\\.");
    if (parts.length >= 2 && Integer.parseInt(parts[0]) * 100 + Integer.parseInt(parts[1]) < 602) {
      throw new StartFailure(
          "Redis at " + settings.address() + " is " + version.strip() + "; 6.2 or newer is needed");
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  public Keys keys() {
    return keys;
  }

  /** Runs plain commands; {@link RedisAway} when Redis does not answer. */
  public <T> T call(Function<RedisCommands<String, String>, T> commands) {
    try {
      return commands.apply(connection.sync());
    } catch (RedisException e) {
      throw away(e);
    }
  }

  private static RuntimeException away(RedisException e) {
    return e instanceof io.lettuce.core.RedisCommandExecutionException
            && !(e instanceof io.lettuce.core.RedisLoadingException)
            && !(e instanceof io.lettuce.core.RedisBusyException)
        ? new IllegalStateException("Redis refused a command: " + e.getMessage(), e)
        : new RedisAway("Redis does not answer: " + rootMessage(e), e);
  }

  /** Runs a script; prefix and clock are put in front of the arguments. */
  @SuppressWarnings("TypeParameterUnusedInFormals")
  public <T> T run(Script script, ScriptOutputType type, String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = keys.prefix();
    all[1] = Long.toString(clock.millis());
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

  /** A connection of its own for a reader that blocks; waits are bounded by the caller. */
  public StatefulRedisConnection<String, String> blocking() {
    StatefulRedisConnection<String, String> own = client.connect();
    own.setTimeout(Duration.ofSeconds(60));
    return own;
  }

  public StatefulRedisPubSubConnection<String, String> pubSub() {
    return client.connectPubSub();
  }

  /** Whether Redis answers now. */
  public boolean alive() {
    try {
      return "PONG".equals(connection.sync().ping());
    } catch (RedisException e) {
      return false;
    }
  }

  /** Milliseconds since this process was last connected anew. */
  public long connectedForMillis() {
    return clock.millis() - connectedAt;
  }

  @Override
  public void close() {
    connection.close();
    client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    resources.shutdown(0, 2, java.util.concurrent.TimeUnit.SECONDS).syncUninterruptibly();
  }
}
