package io.dsxconnect.app.wiring;

import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.queue.RetryPolicy;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.scanner.ScannerSettings;
import io.dsxconnect.core.siem.SyslogSettings;
import io.dsxconnect.http.client.Target;
import io.dsxconnect.http.tls.ClientTls;
import io.dsxconnect.settings.Secret;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that {@code GET /config} returns: the sections and keys of the original
 * (docs/wire.md, "Core routes") with the values in force here. Secrets are masked. A feature that
 * does not exist here has the value that means off or none.
 */
final class ConfigView {
  private ConfigView() {}

  /**
   * @param scanner its address now, which may have been changed at run time; null when there is
   *     none
   */
  static Map<String, Object> of(CoreSettings s, @Nullable Target scanner) {
    String redis = s.redis().masked();
    return map(
        "app_env", s.redis().env(),
        "results_database", map("loc", redis, "retain", s.workers().retain()),
        "scanner", scanner(s.scanner(), scanner),
        "workers", workers(s, redis),
        "control_plane_database", map("url", null, "auto_apply_schema", false),
        "features",
            map(
                "enable_estimate_preflight", false,
                "enable_approximate_estimates", false,
                "enable_scope_engine_preview", false,
                "enable_job_model_preview", false,
                "enable_preview_postgres_mirror", false),
        "redis_url", redis,
        "syslog", syslog(s.syslog()),
        "dianna", map("enabled", false),
        "config_persist_local_only", true,
        "use_tls", s.api().tls() != null,
        "tls_certfile", s.api().tls() == null ? null : "" + s.api().tls().files().certificate(),
        "tls_keyfile", s.api().tls() == null ? null : "" + s.api().tls().files().key(),
        "ui_capabilities", capabilities(s.redis().env()),
        "deployment", deployment(s.workers().concurrency()),
        "auth", map("enabled", false));
  }

  private static Map<String, Object> scanner(ScannerSettings s, @Nullable Target base) {
    return map(
        "base_url",
        base == null ? null : base.toString(),
        "scan_binary_url",
        base == null ? null : base.child(Routes.SCAN_BINARY).toString(),
        "auth_token",
        s.token() == null ? null : Secret.MASK,
        "verify_tls",
        s.client().tls().verify(),
        "timeout_seconds",
        s.timeout().toMillis() / 1000.0,
        "max_inflight",
        2048,
        "max_file_size_bytes",
        s.maxBytes());
  }

  private static Map<String, Object> syslog(@Nullable SyslogSettings s) {
    ClientTls tls = s == null ? ClientTls.DEFAULT : s.tls();
    return map(
        "syslog_server_url", s == null ? null : s.host(),
        "syslog_server_port", s == null ? 514 : s.port(),
        "transport", s == null ? "tcp" : s.transport().name().toLowerCase(Locale.ROOT),
        "tls_ca_file", tls.bundle() == null ? null : tls.bundle().toString(),
        "tls_cert_file", tls.own() == null ? null : tls.own().certificate().toString(),
        "tls_key_file", tls.own() == null ? null : tls.own().key().toString(),
        "tls_insecure", !tls.verify());
  }

  private static Map<String, Object> workers(CoreSettings s, String redis) {
    RetryPolicy retry = s.workers().retry();
    return map(
        "broker",
        redis,
        "backend",
        redis,
        "scan_request_max_retries",
        retry.maxRetries(),
        "dlq_expire_after_days",
        null,
        "connector_retry_backoff_base",
        retry.connector().toSeconds(),
        "dsxa_retry_backoff_base",
        retry.scanner().toSeconds(),
        "server_error_retry_backoff_base",
        retry.server().toSeconds(),
        "retry_connector_connection_errors",
        true,
        "retry_connector_server_errors",
        true,
        "retry_connector_client_errors",
        true,
        "retry_dsxa_connection_errors",
        true,
        "retry_dsxa_timeout_errors",
        true,
        "retry_dsxa_server_errors",
        true,
        "retry_dsxa_client_errors",
        false,
        "retry_queue_dispatch_errors",
        true,
        "scan_request_batch_enabled",
        s.connectors().batches().enabled(),
        "scan_request_batch_default_size",
        s.connectors().batches().defaultSize(),
        "scan_request_batch_max_size",
        s.connectors().batches().maxSize());
  }

  private static Map<String, Object> capabilities(String env) {
    boolean development = env.equals("exp") || env.equals("dev");
    boolean edit = development || env.equals("app");
    return map(
        "show_arch_preview",
        false,
        "allow_connector_config_edit",
        edit,
        "connector_config_edit_scope",
        development ? "all" : edit ? "filesystem_only" : "none",
        "show_advanced_debug",
        development);
  }

  private static Map<String, Object> deployment(WorkerConcurrency concurrency) {
    Map<String, Object> workers = new LinkedHashMap<>();
    for (Stage stage : Stage.values()) {
      workers.put(
          WorkerConcurrency.worker(stage),
          map("enabled", true, "concurrency", concurrency.max(stage)));
    }
    workers.put("dianna", map("enabled", false, "concurrency", 0));
    workers.put("scan_request_batch", map("enabled", true, "concurrency", 0));
    int all = Arrays.stream(Stage.values()).mapToInt(concurrency::max).sum();
    return map("worker_pool", "virtual_threads", "global_concurrency", all, "workers", workers);
  }

  private static Map<String, Object> map(@Nullable Object... namesAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }
}
