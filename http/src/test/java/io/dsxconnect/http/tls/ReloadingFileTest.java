package io.dsxconnect.http.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReloadingFileTest {
  @TempDir Path temp;

  @Test
  void bug_l27_a_file_system_that_hung_stopped_all_new_connections() throws Exception {
    Path file = Files.writeString(temp.resolve("key"), "one");
    AtomicInteger made = new AtomicInteger();
    CountDownLatch hangs = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    ReloadingFile<Integer> value =
        new ReloadingFile<>(
            List.of(file),
            Duration.ZERO,
            () -> {
              if (made.incrementAndGet() == 2) {
                hangs.countDown();
                await(answers);
              }
              return made.get();
            });
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Files.writeString(file, "two");
      Future<Integer> reader = threads.submit(value::get);
      await(hangs);
      assertThat(threads.submit(value::get).get(20, TimeUnit.SECONDS)).isEqualTo(1);
      answers.countDown();
      assertThat(reader.get(20, TimeUnit.SECONDS)).isEqualTo(2);
      assertThat(value.get()).isEqualTo(2);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
