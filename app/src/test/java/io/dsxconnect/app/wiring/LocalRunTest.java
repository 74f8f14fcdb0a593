package io.dsxconnect.app.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.app.process.Lifetime;
import io.dsxconnect.contract.ScanResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRunTest {
  @TempDir Path folder;

  @Test
  void each_record_is_drained_once_and_then_deleted() throws Exception {
    Files.writeString(folder.resolve("a"), "a");
    Files.writeString(folder.resolve("b"), "b");
    try (Lifetime life = new Lifetime()) {
      LocalRun run = new LocalRun(life, CoreSettings.forLocalRun(Map.of()), 0);
      assertThat(run.scannerObstacle()).isEmpty();
      String job = run.scan(folder, "");
      Awaitility.await().until(() -> run.job(job).finished());
      assertThat(run.newestRecord(job)).isPresent();
      assertThat(run.malicious(job, 10)).isEmpty();

      List<ScanResult> records = new ArrayList<>();
      assertThat(run.drainRecords(job, 0, records::add)).isEqualTo(2);
      assertThat(records).extracting(ScanResult::id).hasSize(2).doesNotHaveDuplicates();
      assertThat(run.drainRecords(job, 2, records::add)).isZero();
      assertThat(run.newestRecord(job)).isEmpty();
    }
  }
}
