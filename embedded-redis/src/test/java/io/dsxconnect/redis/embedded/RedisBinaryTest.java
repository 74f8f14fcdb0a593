package io.dsxconnect.redis.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dsxconnect.redis.embedded.RedisBinary.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisBinaryTest {
  @TempDir Path dir;

  @Test
  void a_newer_redis_on_the_path_is_taken_when_the_bundled_one_is_too_old() throws IOException {
    Path onPath = fake("v=99.1.2", 0);
    assertThat(RedisBinary.find(dir, onPath.toString(), new Version(99, 0)))
        .isEqualTo(new RedisBinary(onPath.resolve("redis-server"), new Version(99, 1)));
  }

  @Test
  void without_any_that_runs_the_message_says_what_to_install() throws IOException {
    Path broken = fake("error while loading shared libraries: libssl.so.3", 127);
    assertThatThrownBy(() -> RedisBinary.find(dir, broken.toString(), new Version(99, 0)))
        .isInstanceOf(RedisNotStarted.class)
        .hasMessageContaining("apt-get install redis-server")
        .hasMessageNotContaining("\n");
  }

  private Path fake(String answer, int exit) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("bin"));
    Path script = folder.resolve("redis-server");
    Files.writeString(script, "#!/bin/sh\necho 'Redis server " + answer + "'\nexit " + exit + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder;
  }
}
