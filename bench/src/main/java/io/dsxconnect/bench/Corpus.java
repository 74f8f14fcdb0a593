package io.dsxconnect.bench;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A folder of different files with incompressible content, the same in every run. */
record Corpus(Path folder, Load load, List<Path> files) {
  private static final int FILES_PER_FOLDER = 500;
  private static final int BUFFER_BYTES = 1 << 20;

  /** Writes the files below {@code folder}, which must not exist yet. */
  static Corpus create(Path folder, Load load) throws IOException {
    List<Path> files = new ArrayList<>(load.files());
    SplittableRandom random = new SplittableRandom(load.size());
    for (int i = 0; i < load.files(); i++) {
      Path parent = folder.resolve("folder-" + i / FILES_PER_FOLDER);
      if (i % FILES_PER_FOLDER == 0) {
        Files.createDirectories(parent);
      }
      Path file = parent.resolve("file-" + i + ".bin");
      write(file, load.size(), random);
      files.add(file);
    }
    return new Corpus(folder, load, List.copyOf(files));
  }

  private static void write(Path file, long size, SplittableRandom random) throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, size)];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = size; left > 0; left -= Math.min(BUFFER_BYTES, left)) {
        random.nextBytes(buffer);
        out.write(buffer, 0, (int) Math.min(buffer.length, left));
      }
    }
  }
}
