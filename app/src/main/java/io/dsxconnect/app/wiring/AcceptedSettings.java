package io.dsxconnect.app.wiring;

import io.dsxconnect.settings.Settings;
import java.util.List;

/**
 * Names that deployments of the original set and that the core does not need, with the reason. They
 * are known, so that a slip in another name is told and these are not.
 */
final class AcceptedSettings {
  private AcceptedSettings() {}

  private record Group(String why, List<String> names) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "what is retried is decided by what failed",
              List.of(
                  "DSXCONNECT_WORKERS__RETRY_CONNECTOR_CONNECTION_ERRORS",
                  "DSXCONNECT_WORKERS__RETRY_CONNECTOR_SERVER_ERRORS",
                  "DSXCONNECT_WORKERS__RETRY_CONNECTOR_CLIENT_ERRORS",
                  "DSXCONNECT_WORKERS__RETRY_DSXA_CONNECTION_ERRORS",
                  "DSXCONNECT_WORKERS__RETRY_DSXA_TIMEOUT_ERRORS",
                  "DSXCONNECT_WORKERS__RETRY_DSXA_SERVER_ERRORS",
                  "DSXCONNECT_WORKERS__RETRY_DSXA_CLIENT_ERRORS",
                  "DSXCONNECT_WORKERS__RETRY_QUEUE_DISPATCH_ERRORS")),
          new Group(
              "dead letters stay until an operator replays or discards them",
              List.of("DSXCONNECT_WORKERS__DLQ_EXPIRE_AFTER_DAYS")),
          new Group(
              "concurrency is each worker's, and finds itself: --concurrency, --autoscale",
              List.of(
                  "DSXCONNECT_SCANNER__MAX_INFLIGHT",
                  "DSXCONNECT_WORKER_POOL",
                  "DSXCONNECT_WORKER_CONCURRENCY",
                  "DSXCONNECT_SCAN_REQUEST_BATCH_SIZE",
                  "DSXCONNECT_SCAN_REQUEST_BATCH_WORKER_CONCURRENCY",
                  "DSXCONNECT_DIANNA_WORKER_CONCURRENCY")),
          new Group(
              "the original's preview routes do not exist here",
              List.of(
                  "DSXCONNECT_CONTROL_PLANE_DATABASE__URL",
                  "DSXCONNECT_CONTROL_PLANE_DB_URL",
                  "DSXCONNECT_CONTROL_PLANE_DATABASE__AUTO_APPLY_SCHEMA",
                  "DSXCONNECT_FEATURES__ENABLE_ESTIMATE_PREFLIGHT",
                  "DSXCONNECT_FEATURES__ENABLE_APPROXIMATE_ESTIMATES",
                  "DSXCONNECT_FEATURES__ENABLE_SCOPE_ENGINE_PREVIEW",
                  "DSXCONNECT_FEATURES__ENABLE_JOB_MODEL_PREVIEW",
                  "DSXCONNECT_FEATURES__ENABLE_PREVIEW_POSTGRES_MIRROR")),
          new Group(
              "not used in this version",
              List.of(
                  "DSXCONNECT_AUTH__JWT_AUDIENCE",
                  "DSXCONNECT_AUTH__JWT_ISSUER",
                  "DSXCONNECT_AUTH__JWT_TTL",
                  "DSXCONNECT_AUTH__HMAC_MAX_SKEW",
                  "DSXCONNECT_DIANNA__MANAGEMENT_URL",
                  "DSXCONNECT_DIANNA__VERIFY_TLS",
                  "DSXCONNECT_DIANNA__CA_BUNDLE",
                  "DSXCONNECT_DIANNA__CHUNK_SIZE",
                  "DSXCONNECT_DIANNA__TIMEOUT",
                  "DSXCONNECT_DIANNA__AUTO_ON_MALICIOUS",
                  "DSXCONNECT_DIANNA__POLL_RESULTS_ENABLED",
                  "DSXCONNECT_DIANNA__POLL_INTERVAL_SECONDS",
                  "DSXCONNECT_DIANNA__POLL_TIMEOUT_SECONDS",
                  "DSXCONNECT_DIANNA__INDEX_DATABASE_LOC",
                  "DSXCONNECT_DIANNA__INDEX_RETAIN_DAYS",
                  "DSXCONNECT_DIANNA__INDEX_STORE_ON_MALICIOUS")),
          new Group("read by connectors", List.of("DSXCONNECT_ENROLLMENT_TOKEN")),
          new Group(
              "changes at run time are kept in Redis, not in a file",
              List.of(
                  "DSXCONNECT_CONFIG_PERSIST_LOCAL_ONLY",
                  "DSXCONNECT_ENV_FILE",
                  "DSXCONNECT_SKIP_DEVENV")));

  /** Secrets among them, which are never shown. */
  private static final List<String> SECRETS =
      List.of(
          "DSXCONNECT_AUTH__ENROLLMENT_TOKEN",
          "DSXCONNECT_AUTH__ENROLLMENT_TOKENS",
          "DSXCONNECT_AUTH__JWT_SECRET",
          "DSXCONNECT_DIANNA__API_TOKEN");

  private static final List<String> NOT_BUILT =
      List.of("DSXCONNECT_AUTH__ENABLED", "DSXCONNECT_DIANNA__ENABLED");

  static void declare(Settings settings) {
    for (String name : NOT_BUILT) {
      if (settings.flag(name, false, "not in this version; may only be false")) {
        // Whoever asked for a lock must not get an open door.
        settings.fault(name + ": this version does not have it; set it to false, or unset it");
      }
    }
    SECRETS.forEach(name -> settings.secret(name, "not used in this version"));
    GROUPS.forEach(group -> group.names().forEach(name -> settings.accepted(name, group.why())));
  }
}
