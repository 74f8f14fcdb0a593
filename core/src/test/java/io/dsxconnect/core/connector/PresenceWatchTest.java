package io.dsxconnect.core.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.core.TestRedis;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.RedisSettings;
import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.protocol.CommandType;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PresenceWatchTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private static Registry registry(Redis redis) {
    return new Registry(redis, InstantSource.system(), Duration.ofMinutes(1), url -> true);
  }

  /** Adds a connector that is listed and whose registration has expired. */
  private static void silent(Redis redis, String uuid) {
    redis.call(c -> c.sadd(redis.keys().of(Key.CONNECTORS), uuid));
  }

  private static void awaitRemoved(Redis redis) {
    await()
        .atMost(TIMEOUT)
        .until(() -> redis.call(c -> c.scard(redis.keys().of(Key.CONNECTORS))) == 0);
  }

  @Test
  void bug_l15_the_watch_ended_when_its_user_lacked_a_right_and_goes_on_when_it_has_it() {
    try (TestRedis server = new TestRedis();
        Redis all = server.connect()) {
      all.call(
          c ->
              c.aclSetuser(
                  "least",
                  AclSetuserArgs.Builder.on()
                      .addPassword("pw")
                      .allKeys()
                      .allChannels()
                      .allCommands()
                      .removeCommand(CommandType.PSUBSCRIBE)
                      .removeCommand(CommandType.SMEMBERS)));
      String url = server.settings().url().replace("redis://", "redis://least:pw@");
      try (Redis least = Redis.connect(new RedisSettings(url, true, "dev"));
          PresenceWatch watch = new PresenceWatch(least, registry(least))) {
        silent(all, "one");
        // Long enough for the first sweep, which Redis refuses.
        await()
            .atMost(TIMEOUT)
            .until(
                () ->
                    all.call(c -> c.info("errorstats")).contains("errorstat_NOPERM")
                        && watch.working());
        all.call(
            c -> c.aclSetuser("least", AclSetuserArgs.Builder.addCommand(CommandType.SMEMBERS)));
        awaitRemoved(all);
        assertThat(watch.working()).isTrue();
      }
    }
  }

  @Test
  void bug_l28_a_setting_of_a_redis_that_others_use_too_was_changed() {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect()) {
      redis.call(c -> c.configSet("notify-keyspace-events", "Kg"));
      try (PresenceWatch watch = new PresenceWatch(redis, registry(redis))) {
        await().atMost(TIMEOUT).until(() -> redis.call(c -> c.pubsubNumpat()) == 1);
        Map<String, String> setting = redis.call(c -> c.configGet("notify-keyspace-events"));
        assertThat(setting).containsEntry("notify-keyspace-events", "gK");
        assertThat(watch.working()).isTrue();
      }
    }
  }

  @Test
  void bug_l15_the_watch_ended_when_redis_was_a_replica_that_lost_its_master() {
    try (TestRedis server = new TestRedis();
        Redis redis = server.connect()) {
      redis.call(c -> c.configSet("replica-serve-stale-data", "no"));
      redis.call(c -> c.replicaof("127.0.0.1", 1));
      try (PresenceWatch watch = new PresenceWatch(redis, registry(redis))) {
        await()
            .atMost(TIMEOUT)
            .until(() -> redis.call(c -> c.info("errorstats")).contains("errorstat_MASTERDOWN"));
        assertThat(watch.working()).isTrue();
        redis.call(c -> c.replicaofNoOne());
        silent(redis, "one");
        awaitRemoved(redis);
        assertThat(watch.working()).isTrue();
      }
    }
  }
}
