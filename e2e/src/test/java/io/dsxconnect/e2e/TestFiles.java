package io.dsxconnect.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Files to scan. */
final class TestFiles {
  private TestFiles() {}

  /** The EICAR test file. In pieces, so that no scanner reports this source or its class file. */
  static byte[] eicar() {
    return String.join(
            "", "X5O!P%@AP[4\\PZX54(P^)7CC)7}", "$EICAR-STANDARD-", "ANTIVIRUS-TEST-FILE", "!$H+H*")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Creates this many small, clean, different files, 100 per subfolder. */
  static Path small(Path folder, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      Path parent = folder.resolve("d" + i / 100);
      if (i % 100 == 0) {
        Files.createDirectories(parent);
      }
      Files.writeString(parent.resolve("file-" + i + ".txt"), "clean " + i);
    }
    return folder.toRealPath();
  }

  /** Creates a file of this size that occupies no blocks on disk. */
  static Path sparse(Path file, long size) throws IOException {
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(size);
    }
    return file;
  }

  /** The locations of all regular files in a folder. */
  static Set<String> in(Path folder) throws IOException {
    Set<String> locations = new TreeSet<>();
    try (Stream<Path> all = Files.walk(folder.toRealPath())) {
      all.filter(Files::isRegularFile).map(Path::toString).forEach(locations::add);
    }
    return locations;
  }

  /** The hash as the product writes it. */
  static String sha256Of(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 17];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
