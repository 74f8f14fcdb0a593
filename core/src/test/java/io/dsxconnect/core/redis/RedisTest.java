package io.dsxconnect.core.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.core.TestRedis;
import io.dsxconnect.settings.StartFailure;
import io.dsxconnect.testing.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections to Redis: start, passwords, TLS, data versions and missing rights. */
class RedisTest {

  @Test
  void connecting_at_once_fails_in_one_line_when_redis_does_not_answer() {
    RedisSettings unreachable =
        new RedisSettings("redis://127.0.0.1:" + Ports.free() + "/0", true, "dev");
    assertThatThrownBy(() -> Redis.connect(unreachable))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("does not answer")
        .hasMessageContaining("DSXCONNECT_REDIS_URL");
  }

  @Test
  void a_server_waits_for_redis_and_continues_when_it_answers() throws Exception {
    int port = Ports.free();
    RedisSettings settings = new RedisSettings("redis://127.0.0.1:" + port + "/0", true, "dev");
    try (Redis redis = Redis.connectWhenItAnswers(settings)) {
      assertThat(redis.alive()).isFalse();
      assertThatThrownBy(() -> redis.call(c -> c.get("x")))
          .isInstanceOf(RedisUnavailableException.class);
      try (TestRedis server = new TestRedis(port)) {
        redis.awaitConnected();
        assertThat(redis.alive()).isTrue();
        server.crashAndRestart();
        Awaitility.await().atMost(Duration.ofSeconds(15)).until(redis::alive);
      }
    }
  }

  @Test
  void bug_a_connection_that_was_being_opened_while_all_was_closed_left_a_stack_trace()
      throws Exception {
    List<LogRecord> logged = new CopyOnWriteArrayList<>();
    Logger driver = Logger.getLogger("io.netty");
    Handler handler =
        new StreamHandler() {
          @Override
          public synchronized void publish(LogRecord line) {
            logged.add(line);
          }
        };
    driver.addHandler(handler);
    try (TestRedis server = new TestRedis()) {
      for (int round = 0; round < 20; round++) {
        Redis redis = server.connect();
        CountDownLatch opened = new CountDownLatch(4);
        List<CompletableFuture<Void>> opening =
            Stream.generate(
                    () ->
                        CompletableFuture.runAsync(
                            () -> openUntilClosed(redis, opened), Thread::startVirtualThread))
                .limit(4)
                .toList();
        assertThat(opened.await(20, TimeUnit.SECONDS)).isTrue();
        redis.close();
        for (CompletableFuture<Void> one : opening) {
          assertThat(one).succeedsWithin(Duration.ofSeconds(20));
        }
      }
    } finally {
      driver.removeHandler(handler);
    }
    assertThat(logged).extracting(LogRecord::getMessage).isEmpty();
  }

  private static void openUntilClosed(Redis redis, CountDownLatch opened) {
    try {
      while (true) {
        redis.listening().close();
        opened.countDown();
      }
    } catch (RedisUnavailableException e) {
      assertThat(e).hasMessageContaining("closed");
    }
  }

  @Test
  void the_password_setting_is_used_when_the_URL_has_none() throws Exception {
    int port = Ports.free();
    try (TestRedis server = new TestRedis(port, List.of("--requirepass", "s3cret"))) {
      String url = server.settings().url();
      try (Redis redis =
          Redis.connect(
              RedisSettingsTest.of(
                  Map.of("DSXCONNECT_REDIS_URL", url, "DSXCONNECT_REDIS_PASSWORD", "s3cret")))) {
        assertThat(redis.alive()).isTrue();
      }
      assertThatThrownBy(
              () ->
                  Redis.connect(
                      RedisSettingsTest.of(
                          Map.of(
                              "DSXCONNECT_REDIS_URL", url, "DSXCONNECT_REDIS_PASSWORD", "wrong"))))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("refuses the password; set DSXCONNECT_REDIS_PASSWORD")
          .hasMessageNotContaining("wrong");
      assertThatThrownBy(
              () -> Redis.connect(RedisSettingsTest.of(Map.of("DSXCONNECT_REDIS_URL", url))))
          .hasMessageContaining("refuses the password; set DSXCONNECT_REDIS_PASSWORD");
    }
  }

  @Test
  void over_TLS_only_a_server_with_a_trusted_certificate_for_its_name_is_accepted(
      @TempDir Path folder) throws Exception {
    openssl(
        folder,
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=redis -addext"
            + " subjectAltName=IP:127.0.0.1 -keyout redis.key -out redis.crt");
    Path certificate = folder.resolve("redis.crt");
    int port = Ports.free();
    int tls = Ports.free();
    List<String> options =
        List.of(
            "--tls-port",
            "" + tls,
            "--tls-cert-file",
            certificate.toString(),
            "--tls-key-file",
            folder.resolve("redis.key").toString(),
            "--tls-auth-clients",
            "no");
    try (TestRedis server = new TestRedis(port, options)) {
      String bundle = certificate.toString();
      try (Redis redis = overTls("rediss://127.0.0.1:" + tls + "/0", bundle)) {
        assertThat(redis.alive()).isTrue();
        assertThat(redis.listening().isOpen()).isTrue();
      }
      assertThatThrownBy(() -> overTls("rediss://127.0.0.1:" + tls + "/0", ""))
          .hasMessageContaining("is not trusted; set DSXCONNECT_REDIS_CA_BUNDLE");
      assertThatThrownBy(() -> overTls("rediss://localhost:" + tls + "/0", bundle))
          .hasMessageContaining("its certificate is not for that name");
      assertThatThrownBy(() -> overTls("rediss://127.0.0.1:" + port + "/0", bundle))
          .hasMessageContaining("TLS: ");
      try (Redis plain = server.connect()) {
        assertThat(plain.alive()).isTrue();
      }
      assertThatThrownBy(
              () -> overTls("rediss://127.0.0.1:" + tls + "/0", folder.resolve("no").toString()))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("DSXCONNECT_REDIS_CA_BUNDLE");
    }
  }

  private static Redis overTls(String url, String bundle) {
    return Redis.connect(
        RedisSettingsTest.of(
            Map.of("DSXCONNECT_REDIS_URL", url, "DSXCONNECT_REDIS_CA_BUNDLE", bundle)));
  }

  private static void openssl(Path folder, String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments.split(" ")));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("log"))).isZero();
  }

  @Test
  void bug_what_a_newer_version_stores_is_refused_in_one_line() {
    try (TestRedis server = new TestRedis()) {
      try (Redis redis = server.connect()) {
        assertThat(redis.<String>call(c -> c.get(redis.keys().of(Key.FORMAT)))).isEqualTo("4");
        redis.call(c -> c.set(redis.keys().of(Key.FORMAT), "99"));
        assertThatThrownBy(() -> redis.runList(Script.TAKE, QueueName.SCAN.text(), "w1", "1"))
            .isInstanceOf(RedisUnavailableException.class)
            .hasMessageContaining("run that version everywhere");
      }
      assertThatThrownBy(server::connect)
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("format 99")
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void bug_a_user_without_the_right_to_info_works_without_a_mark() {
    try (TestRedis server = new TestRedis()) {
      try (Redis all = server.connect()) {
        all.call(
            c ->
                c.aclSetuser(
                    "least",
                    io.lettuce.core.AclSetuserArgs.Builder.on()
                        .addPassword("pw")
                        .allKeys()
                        .allChannels()
                        .allCommands()
                        .removeCategory(io.lettuce.core.AclCategory.DANGEROUS)));
        all.call(c -> c.configSet("maxmemory", "1"));
      }
      String url = server.settings().url().replace("redis://", "redis://least:pw@");
      try (Redis least = Redis.connect(new RedisSettings(url, true, "dev"))) {
        assertThat(least.memory().ratio()).isZero();
        least.memory().requireRoom();
        assertThat(least.refusesWrites()).contains("out of memory");
      }
    }
  }
}
