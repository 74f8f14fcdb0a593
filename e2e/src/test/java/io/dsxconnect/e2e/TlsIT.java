package io.dsxconnect.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** API, scanner and connector serve TLS with certificates of a private authority. */
class TlsIT {
  private static final int FILES = 600;

  @TempDir Path temp;

  @Test
  void a_certificate_is_replaced_during_a_scan_and_a_client_without_the_bundle_logs_the_reason()
      throws Exception {
    Path asset = TestFiles.small(temp.resolve("asset"), FILES);
    Set<String> files = TestFiles.in(asset);
    DevCa ca = new DevCa(temp.resolve("ca"));
    try (Deployment deployment = new Deployment(temp, ca)) {
      DsxProcess api = deployment.startApi();
      assertThat(api.ready()).startsWith("https://");
      assertThat(deployment.startScanner("--delay", "30").ready()).startsWith("https://");
      DsxProcess worker =
          deployment.startServingWorker(
              8, Deployment.SCAN, Deployment.ACTION, Deployment.RESULT, Deployment.NOTIFY);
      assertThat(worker.ready()).startsWith("https://");
      DsxProcess connector =
          deployment.startConnector(
              "files", asset, 0, Map.of("DSXCONNECTOR_CA_BUNDLE", ca.bundle().toString()));
      assertThat(connector.ready()).startsWith("https://");

      String job = deployment.api.fullScan(deployment.api.connector("files"));
      deployment.api.ended(job, 50);
      ca.issue();
      DsxProcess untrusting = deployment.startConnector("untrusting", asset, 0, Map.of());
      untrusting.awaitOutput("is not trusted; set DSXCONNECTOR_CA_BUNDLE");
      api.awaitOutput("reloaded after a change");

      untrusting.awaitOutput("trying again");
      assertThat(untrusting.alive()).isTrue();
      assertThat(untrusting.err()).doesNotContain("\tat ");

      Ledger ledger = deployment.api.everyFileEndedOnce(job, files);
      assertThat(ledger.benign()).isEqualTo(FILES);
    }
  }

  @Test
  void an_unreadable_key_is_one_line_with_its_owner_and_mode() throws Exception {
    try (Unprivileged user = new Unprivileged()) {
      DevCa ca = new DevCa(user.folder().resolve("ca"));
      Unprivileged.forbid(ca.key());
      try (DsxProcess api =
          user.start(
              DsxCommand.dsx("api", "--host", "127.0.0.1", "--port", "0")
                  .env("DSXCONNECT_REDIS_URL", "redis://127.0.0.1:1/0")
                  .env("DSXCONNECT_USE_TLS", "true")
                  .env("DSXCONNECT_TLS_CERTFILE", ca.certificate().toString())
                  .env("DSXCONNECT_TLS_KEYFILE", ca.key().toString()))) {
        assertThat(api.exit()).as(api.out() + api.err()).isEqualTo(2);
        assertThat(api.err().lines().filter(line -> line.contains("TLS")))
            .singleElement()
            .asString()
            .contains(ca.key() + " cannot be read by uid ")
            .contains("it belongs to uid ")
            .contains("with mode ---------");
      }
    }
  }
}
