package io.dsxconnect.redis.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dsxconnect.settings.StartFailure;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {
  @TempDir Path dir;

  private final List<Process> owners = new ArrayList<>();
  private final List<ProcessHandle> servers = new ArrayList<>();

  @AfterEach
  void endOwners() {
    owners.forEach(Process::destroyForcibly);
    servers.forEach(ProcessHandle::destroyForcibly);
  }

  record Owner(Process process, String url, ProcessHandle redis, Path folder) {
    void killNine() throws InterruptedException {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void an_ephemeral_redis_serves_and_leaves_nothing_behind() {
    Path folder;
    ProcessHandle process;
    try (EmbeddedRedis redis = EmbeddedRedis.ephemeral()) {
      folder = redis.folder();
      process = ProcessHandle.of(redis.pid()).orElseThrow();
      assertThat(ask(redis.url(), commands -> commands.set("a", "1"))).isEqualTo("OK");
    }
    assertThat(folder).doesNotExist();
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void it_is_configured_for_queues_that_must_not_lose_anything() {
    try (EmbeddedRedis redis = EmbeddedRedis.durable(dir)) {
      assertThat(configValue(redis, "appendonly")).isEqualTo("yes");
      assertThat(configValue(redis, "appendfsync")).isEqualTo("always");
      assertThat(configValue(redis, "maxmemory-policy")).isEqualTo("noeviction");
      assertThat(configValue(redis, "notify-keyspace-events")).contains("E").contains("x");
      assertThat(configValue(redis, "bind")).isEqualTo("127.0.0.1");
    }
    try (EmbeddedRedis redis = EmbeddedRedis.ephemeral()) {
      assertThat(configValue(redis, "appendonly")).isEqualTo("no");
    }
  }

  @Test
  void a_client_without_the_password_is_refused() {
    try (EmbeddedRedis redis = EmbeddedRedis.ephemeral()) {
      String open = "redis://127.0.0.1:" + redis.port() + "/0";
      assertThatThrownBy(() -> ask(open, RedisCommands::ping))
          .satisfiesAnyOf(
              e -> assertThat(e).isInstanceOf(RedisConnectionException.class),
              e -> assertThat(e).hasMessageContaining("NOAUTH"));
    }
  }

  @Test
  void the_password_is_readable_for_the_owner_only_and_not_in_the_process_list()
      throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.ephemeral()) {
      Path configuration = redis.folder().resolve("redis.conf");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(configuration)))
          .isEqualTo("rw-------");
      String password = redis.url().substring("redis://:".length(), redis.url().indexOf('@'));
      assertThat(Files.readString(Path.of("/proc", "" + redis.pid(), "cmdline")))
          .doesNotContain(password);
      assertThat(redis.toString()).doesNotContain(password);
    }
  }

  @Test
  void a_durable_redis_keeps_its_data_over_a_restart() {
    try (EmbeddedRedis redis = EmbeddedRedis.durable(dir)) {
      ask(redis.url(), commands -> commands.set("kept", "yes"));
    }
    try (EmbeddedRedis redis = EmbeddedRedis.durable(dir)) {
      assertThat(ask(redis.url(), commands -> commands.get("kept"))).isEqualTo("yes");
    }
  }

  @Test
  void a_data_folder_serves_one_process_at_a_time() throws Exception {
    Owner owner = startOwner(dir.toString());
    assertThatThrownBy(() -> EmbeddedRedis.durable(dir))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("in use by another dsx-connect");
    assertThat(ask(owner.url(), RedisCommands::ping)).isEqualTo("PONG");
  }

  @Test
  void a_data_folder_is_not_opened_twice_in_one_process_either() {
    try (EmbeddedRedis redis = EmbeddedRedis.durable(dir)) {
      assertThatThrownBy(() -> EmbeddedRedis.durable(dir)).isInstanceOf(StartFailure.class);
      assertThat(ask(redis.url(), RedisCommands::ping)).isEqualTo("PONG");
    }
  }

  @Test
  void a_start_after_kill_nine_stops_the_recorded_redis_and_has_its_data() throws Exception {
    Owner owner = startOwner(dir.toString());
    ask(owner.url(), commands -> commands.set("answered", "202"));
    owner.killNine();
    assertThat(owner.redis().isAlive()).as("Redis outlives its owner").isTrue();

    try (EmbeddedRedis redis = EmbeddedRedis.durable(dir)) {
      assertThat(owner.redis().isAlive()).isFalse();
      assertThat(ask(redis.url(), commands -> commands.get("answered"))).isEqualTo("202");
    }
  }

  @Test
  void orphans_of_killed_processes_are_cleaned_up_and_living_ones_are_not() throws Exception {
    Owner dead = startOwner();
    Owner alive = startOwner();
    dead.killNine();

    try (EmbeddedRedis redis = EmbeddedRedis.ephemeral()) {
      assertThat(redis.pid()).isPositive();
      await().until(() -> !dead.redis().isAlive());
      assertThat(dead.folder()).doesNotExist();
      assertThat(ask(alive.url(), RedisCommands::ping)).isEqualTo("PONG");
    }
  }

  @Test
  void a_process_that_only_has_the_recorded_id_is_left_alone() throws Exception {
    Process stranger = new ProcessBuilder("sleep", "60").start();
    owners.add(stranger);
    Files.createDirectories(dir.resolve("redis"));
    RunningRedis.of(stranger.toHandle(), 1).recordIn(dir.resolve("redis"));
    try (EmbeddedRedis redis = EmbeddedRedis.durable(dir)) {
      assertThat(redis.pid()).isNotEqualTo(stranger.pid());
      assertThat(stranger.isAlive()).isTrue();
    }
  }

  @Test
  void a_data_folder_that_is_a_file_is_reported_in_one_line() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> EmbeddedRedis.durable(file))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("is not a folder")
        .hasMessageNotContaining("\n");
  }

  @Test
  void bug_redis_saw_the_secrets_in_our_environment() throws IOException {
    try (EmbeddedRedis redis = EmbeddedRedis.ephemeral()) {
      assertThat(System.getenv()).as("a secret to hide").containsKey("DSX_TEST_SECRET");
      assertThat(Files.readString(Path.of("/proc", "" + redis.pid(), "environ")))
          .doesNotContain("DSX_TEST_SECRET");
    }
  }

  @Test
  void bug_a_redis_that_ended_left_its_user_running() {
    AtomicInteger ends = new AtomicInteger();
    try (EmbeddedRedis redis = EmbeddedRedis.ephemeral()) {
      redis.onUnexpectedEnd(ends::incrementAndGet);
      ProcessHandle.of(redis.pid()).orElseThrow().destroyForcibly();
      await().untilAsserted(() -> assertThat(ends).hasValue(1));
    }
    try (EmbeddedRedis redis = EmbeddedRedis.ephemeral()) {
      redis.onUnexpectedEnd(ends::incrementAndGet);
    }
    assertThat(ends).as("an orderly stop is not unexpected").hasValue(1);
  }

  @Test
  void bug_a_link_with_the_name_of_a_home_led_the_clean_up_elsewhere() throws IOException {
    Path elsewhere = Files.createDirectories(dir.resolve("elsewhere"));
    Path kept = Files.writeString(elsewhere.resolve("lock"), "theirs");
    Path parent = Files.createDirectories(dir.resolve("tmp"));
    Files.createSymbolicLink(parent.resolve("dsx-redis-x"), elsewhere);
    RedisHome.sweep(parent, dir);
    assertThat(kept).hasContent("theirs");
  }

  @Test
  void an_interrupt_from_the_terminal_does_not_reach_redis() throws Exception {
    try (EmbeddedRedis redis = EmbeddedRedis.ephemeral()) {
      String stat = Files.readString(Path.of("/proc", "" + redis.pid(), "stat"));
      String session = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[3];
      assertThat(session).isEqualTo("" + redis.pid());
    }
  }

  /** Starts a process with its own Redis. */
  private Owner startOwner(String... args) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RedisOwner.class.getName()));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    owners.add(process);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    assertThat(line).as("output of the owner").isNotNull();
    String[] parts = line.split(" ", 3);
    ProcessHandle redis = ProcessHandle.of(Long.parseLong(parts[1])).orElseThrow();
    servers.add(redis);
    return new Owner(process, parts[0], redis, Path.of(parts[2]));
  }

  private static @Nullable String configValue(EmbeddedRedis redis, String name) {
    return ask(redis.url(), commands -> commands.configGet(name).get(name));
  }

  private static @Nullable String ask(
      String url, Function<RedisCommands<String, String>, @Nullable String> question) {
    RedisClient client = RedisClient.create(url);
    try (var connection = client.connect()) {
      return question.apply(connection.sync());
    } finally {
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }
}
