package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file was replaced between its verdict and its action. */
class LateActionIT {

  @Test
  void a_file_that_was_replaced_before_its_action_is_left_alone_and_scanned_again(
      @TempDir Path temp) throws Exception {
    Path asset = TestFiles.small(temp.resolve("share"), 3);
    Path cleaned = Files.write(asset.resolve("cleaned.com"), TestFiles.eicar());
    Path stays = Files.write(asset.resolve("stays.com"), TestFiles.eicar());
    try (Deployment deployment = new Deployment(temp)) {
      List.of(
              deployment.startApi(),
              deployment.startScanner(),
              deployment.startWorker(4, Deployment.SCAN, Deployment.RESULT, Deployment.NOTIFY),
              deployment.startConnector(
                  "share", asset, 0, Map.of("DSXCONNECTOR_ITEM_ACTION", "delete")))
          .forEach(DsxProcess::ready);
      String job = deployment.api.fullScan(deployment.api.connector("share"));
      deployment.api.listed(job);
      deployment.api.ended(job, 5);

      Files.writeString(cleaned, "its owner repaired it");
      deployment.startWorker(4, Deployment.ACTION).ready();

      Ledger ledger = deployment.api.finished(job);
      assertThat(ledger).isEqualTo(new Ledger(6, 4, 2, 0, 0, 0, 0, 0, 0, 0, true));
      assertThat(deployment.api.job(job).path("status").asText()).isEqualTo("completed");
      assertThat(cleaned).hasContent("its owner repaired it");
      assertThat(stays).doesNotExist();
      assertThat(deployment.api.results(job))
          .filteredOn(r -> r.location().equals(cleaned.toString()))
          .extracting(Result::verdict, Result::status)
          .containsExactly(
              tuple("Benign", "scanned"), tuple("Malicious", "action attempted, but failed"));
    }
  }
}
