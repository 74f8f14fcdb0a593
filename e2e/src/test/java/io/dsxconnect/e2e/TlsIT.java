package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API and connector speak TLS with certificates of an authority that only a bundle names. */
class TlsIT {
  private static final int FILES = 600;

  @TempDir Path temp;

  @Test
  void a_certificate_is_replaced_while_a_scan_runs_and_whoever_lacks_the_bundle_says_why_not()
      throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), FILES);
    Set<String> files = TestFiles.in(asset);
    DevCa ca = new DevCa(temp.resolve("ca"));
    try (Deployment deployment = new Deployment(temp, ca)) {
      DsxProcess api = deployment.startApi();
      assertThat(api.ready()).startsWith("https://");
      deployment.startScanner("--delay", "30").ready();
      deployment
          .startWorker(8, Deployment.SCAN, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY)
          .ready();
      DsxProcess connector =
          deployment.startConnector(
              "files", asset, 0, Map.of("DSXCONNECTOR_CA_BUNDLE", ca.bundle().toString()));
      assertThat(connector.ready()).startsWith("https://");

      String job = deployment.api.fullScan(deployment.api.connector("files"));
      deployment.api.ended(job, 50);
      ca.issue();
      DsxProcess stranger = deployment.startConnector("stranger", asset, 0, Map.of());
      stranger.says("is not trusted; set DSXCONNECTOR_CA_BUNDLE");
      api.says("read again, because it changed");

      Ledger ledger = deployment.api.everyFileEndedOnce(job, files);
      assertThat(ledger.benign()).isEqualTo(FILES);
    }
  }
}
