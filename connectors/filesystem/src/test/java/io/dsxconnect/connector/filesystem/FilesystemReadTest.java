package io.dsxconnect.connector.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file is read completely, or its reader notices that it was not. */
class FilesystemReadTest extends FilesystemFixture {
  /** In bytes; more than fits into socket buffers, so that the connector cannot read ahead. */
  static final int LARGE = 24 << 20;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 131_072, 131_073, 3_000_000})
  void a_file_is_read_whole(int size) throws Exception {
    Path file = file("f", size);
    HttpResponse<byte[]> response = read(file.toString());
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
    assertThat(response.headers().firstValueAsLong("Content-Length")).hasValue(size);
    assertThat(response.body()).isEqualTo(Files.readAllBytes(file));
  }

  /** Changes of a file while it is read. */
  enum Change {
    GROWS {
      @Override
      void make(Path file) throws IOException {
        Files.writeString(file, "more", StandardOpenOption.APPEND);
      }
    },
    SHRINKS {
      @Override
      void make(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
          channel.truncate(LARGE / 2);
        }
      }
    },
    IS_WRITTEN_TO {
      @Override
      void make(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
          channel.write(java.nio.ByteBuffer.wrap(new byte[] {1, 2, 3}));
        }
      }
    },
    IS_WRITTEN_TO_AND_BACKDATED {
      @Override
      void make(Path file) throws IOException {
        var before = Files.getLastModifiedTime(file);
        IS_WRITTEN_TO.make(file);
        Files.setLastModifiedTime(file, before);
      }
    },
    IS_REPLACED {
      @Override
      void make(Path file) throws IOException {
        Path other =
            Files.copy(file, file.resolveSibling("other"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      }
    },
    IS_DELETED {
      @Override
      void make(Path file) throws IOException {
        Files.delete(file);
      }
    };

    abstract void make(Path file) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void a_large_file_that_changes_while_it_is_read_never_comes_whole(Change change)
      throws Exception {
    Path file = file("f", LARGE);
    HttpResponse<InputStream> response =
        call(
            "POST",
            "/read_file",
            file.toString(),
            Map.of(),
            HttpResponse.BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    try (InputStream in = response.body()) {
      assertThat(in.readNBytes(100_000)).hasSize(100_000);
      change.make(file);
      assertThatThrownBy(() -> in.transferTo(java.io.OutputStream.nullOutputStream()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void bug_a_loop_of_chmod_kept_a_clean_file_from_its_verdict() throws Exception {
    Path file = file("f", LARGE);
    HttpResponse<InputStream> response =
        call(
            "POST",
            "/read_file",
            file.toString(),
            Map.of(),
            HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream in = response.body()) {
      byte[] begin = in.readNBytes(100_000);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
      assertThat(begin.length + in.readAllBytes().length).isEqualTo(LARGE);
    }
  }

  @Test
  void a_file_without_permission_is_denied() throws Exception {
    Path file = file("f", 10);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assumeThat(Files.isReadable(file)).as("this user (root?) may read anything").isFalse();
    assertThat(read(file.toString()).statusCode()).isEqualTo(403);
  }
}
