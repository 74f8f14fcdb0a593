package io.dsxconnect.app.wiring;

import io.dsxconnect.settings.Settings;
import java.util.List;

/**
 * Settings of the original product that the core accepts and ignores, each with the reason.
 * Declared so that the check for unknown names reports misspelled names only.
 */
final class AcceptedSettings {
  private AcceptedSettings() {}

  private record Group(String reason, List<String> names) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              "Not needed: the kind of failure decides whether a task is retried",
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
              "Not needed: dead letters stay until they are replayed or discarded, at most 30 days",
              List.of("DSXCONNECT_WORKERS__DLQ_EXPIRE_AFTER_DAYS")),
          new Group(
              "Not needed: each worker adapts its concurrency, or has --concurrency or --autoscale",
              List.of(
                  "DSXCONNECT_SCANNER__MAX_INFLIGHT",
                  "DSXCONNECT_WORKER_POOL",
                  "DSXCONNECT_WORKER_CONCURRENCY",
                  "DSXCONNECT_SCAN_REQUEST_BATCH_SIZE",
                  "DSXCONNECT_SCAN_REQUEST_BATCH_WORKER_CONCURRENCY",
                  "DSXCONNECT_DIANNA_WORKER_CONCURRENCY")),
          new Group(
              "Not used: the preview routes of the original do not exist here",
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
              "Not used in this version",
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
          new Group("Read by connectors only", List.of("DSXCONNECT_ENROLLMENT_TOKEN")),
          new Group(
              "Not needed: changes at run time are kept in Redis, not in a file",
              List.of(
                  "DSXCONNECT_CONFIG_PERSIST_LOCAL_ONLY",
                  "DSXCONNECT_ENV_FILE",
                  "DSXCONNECT_SKIP_DEVENV")));

  /** Accepted settings whose values are never shown. */
  private static final List<String> SECRETS =
      List.of(
          "DSXCONNECT_AUTH__ENROLLMENT_TOKEN",
          "DSXCONNECT_AUTH__ENROLLMENT_TOKENS",
          "DSXCONNECT_AUTH__JWT_SECRET",
          "DSXCONNECT_DIANNA__API_TOKEN");

  private static final List<String> UNSUPPORTED_FLAGS =
      List.of("DSXCONNECT_AUTH__ENABLED", "DSXCONNECT_DIANNA__ENABLED");

  /** Declares all of them; adds a fault for each unsupported feature that is switched on. */
  static void declare(Settings settings) {
    for (String name : UNSUPPORTED_FLAGS) {
      if (settings.flag(name, false, "Not in this version; must be false")) {
        // Ignoring "true" would leave an API unprotected that its operator believes protected.
        settings.fault(name + ": this version does not support it; set it to false, or unset it");
      }
    }
    SECRETS.forEach(name -> settings.secret(name, "Not used in this version"));
    GROUPS.forEach(group -> group.names().forEach(name -> settings.accepted(name, group.reason())));
  }
}
