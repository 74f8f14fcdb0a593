package io.dsxconnect.redis.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.settings.StartFailure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisBinaryTest {
  private static final RedisVersion MIN_VERSION = new RedisVersion(6, 2, 0);

  @TempDir Path dir;

  @Test
  void the_bundled_redis_runs_here_without_any_on_the_path() {
    RedisBinary found = RedisBinary.find(dir, Map.of(), MIN_VERSION);
    assertThat(found.version()).isEqualTo(BundledRedis.VERSION);
    assertThat(found.file()).startsWith(dir);
  }

  @Test
  void bug_an_older_bundled_redis_was_preferred_to_a_newer_one_on_the_path() throws IOException {
    Path newer = fake("new", "redis-server", "Redis server v=99.1.2 sha=0");
    assertThat(find(newer)).isEqualTo(new RedisBinary(newer, new RedisVersion(99, 1, 2)));
    assertThat(dir.resolve("redis-server")).as("unpacked only if needed").doesNotExist();
  }

  @Test
  void the_newest_server_on_the_path_is_taken_whatever_its_name_and_place() throws IOException {
    Path redis = fake("a", "redis-server", "Redis server v=98.2.4 sha=0");
    Path valkey = fake("b", "valkey-server", "Valkey server v=98.10.1 sha=0");
    assertThat(find(redis, valkey).file()).isEqualTo(valkey);
  }

  @Test
  void an_older_server_on_the_path_is_not_taken() throws IOException {
    Path older = fake("old", "redis-server", "Redis server v=6.2.11 sha=0");
    assertThat(find(older).version()).isEqualTo(BundledRedis.VERSION);
  }

  @Test
  void bug_an_empty_or_relative_entry_of_the_path_ran_what_lies_in_the_current_folder()
      throws IOException {
    Path server = fake("here", "redis-server", "Redis server v=99.0.0 sha=0");
    String relative = Path.of("").toAbsolutePath().relativize(Path.of(path(server))).toString();
    RedisBinary found = RedisBinary.find(dir, Map.of("PATH", ":" + relative + ":."), MIN_VERSION);
    assertThat(found.version()).isEqualTo(BundledRedis.VERSION);
  }

  @Test
  void the_setting_selects_the_server() throws IOException {
    Path named = fake("named", "my-redis", "Redis server v=7.2.5 sha=0");
    Path newer = fake("new", "redis-server", "Redis server v=99.1.2 sha=0");
    Map<String, String> env = Map.of("PATH", path(newer), RedisBinary.SETTING, named.toString());
    assertThat(RedisBinary.find(dir, env, MIN_VERSION).file()).isEqualTo(named);
    assertThatThrownBy(
            () -> RedisBinary.find(dir, Map.of(RedisBinary.SETTING, "/nowhere/redis"), MIN_VERSION))
        .isInstanceOf(StartFailure.class)
        .hasMessage("DSX_REDIS_SERVER: /nowhere/redis: there is no such file");
  }

  @Test
  void a_version_that_is_too_old_is_reported_with_the_remedy() throws IOException {
    Path broken = fake("bin", "redis-server", "error while loading shared libraries");
    assertThatThrownBy(
            () -> RedisBinary.find(dir, Map.of("PATH", path(broken)), new RedisVersion(99, 0, 0)))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("Redis 99.0.0 or newer is needed")
        .hasMessageContaining(RedisBinary.SETTING)
        .hasMessageNotContaining("\n");
  }

  @Test
  void bug_a_folder_that_forbids_programs_was_reported_as_missing_libraries() throws IOException {
    Path dead = Files.createDirectories(dir.resolve("dead"));
    Files.writeString(dead.resolve("x"), "not a program");
    Files.setPosixFilePermissions(dead.resolve("x"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(
            () ->
                RedisBinary.find(
                    dir, Map.of(RedisBinary.SETTING, dead.resolve("x").toString()), MIN_VERSION))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("noexec");
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, /redis-server-7.0.15-linux-amd64",
    "Linux, aarch64, /redis-server-7.0.15-linux-arm64",
    "Mac OS X, x86_64, /redis-server-7.0.15-darwin-amd64",
    "Mac OS X, aarch64, /redis-server-7.0.15-darwin-amd64",
  })
  void every_supported_machine_has_its_binary(String os, String arch, String resource) {
    assertThat(BundledRedis.resource(os, arch)).contains(resource);
    assertThat(BundledRedis.class.getResource(resource)).as(resource).isNotNull();
  }

  private RedisBinary find(Path... servers) {
    return RedisBinary.find(dir, Map.of("PATH", path(servers)), MIN_VERSION);
  }

  private static String path(Path... servers) {
    return Stream.of(servers)
        .map(server -> String.valueOf(server.getParent()))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Path fake(String folder, String name, String answer) throws IOException {
    Path script = Files.createDirectories(dir.resolve(folder)).resolve(name);
    Files.writeString(script, "#!/bin/sh\necho '" + answer + "'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }
}
