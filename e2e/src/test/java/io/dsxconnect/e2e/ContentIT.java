package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Files that are larger than any heap, and files that change while they are read. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContentIT {
  private static final long MIB = 1 << 20;

  private Path temp;
  private Deployment deployment;

  @BeforeAll
  void start(@TempDir Path temp) {
    this.temp = temp;
    deployment =
        new Deployment(temp)
            .jvm("-XX:TieredStopAtLevel=4")
            .set("DSXCONNECT_SCANNER__MAX_FILE_SIZE_BYTES", "" + 10_000 * MIB);
    List.of(
            deployment.startApi(),
            // The scanner starts late, so the file's bytes fill the buffers meanwhile.
            deployment.startScanner("--delay", "500"),
            deployment.startWorker(
                4, Deployment.SCAN, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY))
        .forEach(DsxProcess::ready);
  }

  @AfterAll
  void stop() {
    deployment.close();
  }

  private String scan(String name, Path asset) throws IOException {
    deployment.startConnector(name, asset, 0, Map.of()).ready();
    return deployment.api.fullScan(deployment.api.connector(name));
  }

  /** 300 MiB; 3 GiB with {@code -Ddsx.e2e.big=true}. Every process has a heap of 64 MiB. */
  @Test
  void a_file_many_times_larger_than_every_heap_is_scanned_completely() throws Exception {
    long size = Boolean.getBoolean("dsx.e2e.big") ? 3072 * MIB : 300 * MIB;
    Path asset = Files.createDirectory(temp.resolve("large"));
    Path file = TestFiles.sparse(asset.resolve("disk.img"), size);
    String sha256 = TestFiles.sha256(file);

    long start = System.nanoTime();
    String job = scan("large", asset);
    deployment.api.everyFileEndedOnce(job, TestFiles.in(asset));
    System.out.printf(
        "a file of %d MiB through heaps of 64 MiB: %.1f s%n",
        size / MIB, Duration.ofNanos(System.nanoTime() - start).toMillis() / 1e3);
    assertThat(deployment.api.results(job))
        .singleElement()
        .satisfies(
            r -> {
              assertThat(r.verdict()).isEqualTo("Benign");
              assertThat(r.size()).isEqualTo(size);
              assertThat(r.sha256()).isEqualTo(sha256);
            });
  }

  @Test
  void a_file_that_grows_shrinks_or_is_replaced_while_it_is_read_is_never_benign()
      throws Exception {
    Path asset = Files.createDirectory(temp.resolve("changing"));
    Path growing = TestFiles.sparse(asset.resolve("growing.log"), 16 * MIB);
    Path shrinking = TestFiles.sparse(asset.resolve("shrinking.bin"), 16 * MIB);
    Path replaced = TestFiles.sparse(asset.resolve("replaced.bin"), 16 * MIB);
    Path steady = TestFiles.sparse(asset.resolve("steady.bin"), 16 * MIB);
    Path next = temp.resolve("next.bin");

    ScheduledExecutorService writers = Executors.newScheduledThreadPool(1);
    try {
      List<Future<?>> changes =
          List.of(
              every5ms(writers, () -> Files.write(growing, new byte[1], StandardOpenOption.APPEND)),
              every5ms(writers, () -> cut(shrinking)),
              every5ms(
                  writers,
                  () ->
                      Files.move(
                          TestFiles.sparse(next, 16 * MIB),
                          replaced,
                          StandardCopyOption.ATOMIC_MOVE)));
      String job = scan("changing", asset);
      deployment.api.everyFileEndedOnce(job, TestFiles.in(asset));
      assertThat(changes).as("the files still change").noneMatch(Future::isDone);
      assertThat(deployment.api.results(job))
          .filteredOn(r -> !r.location().equals(steady.toString()))
          .hasSize(3)
          .allSatisfy(
              r -> {
                assertThat(r.verdict()).isIn("", "Not Scanned");
                assertThat(r.status()).isIn("not scanned", "failed");
                assertThat(r.reason()).isNotBlank();
              });
      assertThat(deployment.api.results(job))
          .filteredOn(r -> r.location().equals(steady.toString()))
          .singleElement()
          .returns("Benign", Result::verdict);
    } finally {
      writers.shutdownNow();
    }
  }

  private static void cut(Path file) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(open.length() - 1);
    }
  }

  private interface Change {
    void make() throws IOException;
  }

  private static Future<?> every5ms(ScheduledExecutorService writers, Change change) {
    return writers.scheduleWithFixedDelay(
        () -> {
          try {
            change.make();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        0,
        5,
        TimeUnit.MILLISECONDS);
  }
}
