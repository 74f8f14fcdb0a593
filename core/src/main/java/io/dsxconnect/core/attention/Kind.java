package io.dsxconnect.core.attention;

import com.fasterxml.jackson.annotation.JsonValue;
import io.dsxconnect.contract.WireName;

/** The kinds of trouble, from the most urgent within each severity. Their names are stable. */
public enum Kind implements WireName {
  MALICIOUS_ACTION_FAILED("malicious_action_failed", Severity.CRITICAL),
  SCANNER_UNAVAILABLE("scanner_unavailable", Severity.CRITICAL),
  SCANNER_FAILING("scanner_failing", Severity.CRITICAL),
  SCANNER_NOT_CONFIGURED("scanner_not_configured", Severity.CRITICAL),
  NO_WORKER("no_worker", Severity.CRITICAL),
  STAGE_STOPPED("stage_stopped", Severity.CRITICAL),
  INTAKE_CLOSED("intake_closed", Severity.CRITICAL),
  CONNECTOR_GONE("connector_gone", Severity.WARNING),
  CONNECTOR_SILENT("connector_silent", Severity.WARNING),
  CONNECTOR_NOT_READY("connector_not_ready", Severity.WARNING),
  DEAD_LETTERS("dead_letters", Severity.WARNING),
  FILES_WITHOUT_VERDICT("files_without_verdict", Severity.WARNING),
  JOB_INCOMPLETE("job_incomplete", Severity.WARNING),
  REDIS_MEMORY_HIGH("redis_memory_high", Severity.WARNING),
  SYSLOG_UNAVAILABLE("syslog_unavailable", Severity.WARNING),
  COUNTS_INCOMPLETE("counts_incomplete", Severity.INFO),
  SCANNER_BUSY("scanner_busy", Severity.INFO);

  private final String wire;
  private final Severity severity;

  Kind(String wire, Severity severity) {
    this.wire = wire;
    this.severity = severity;
  }

  @Override
  @JsonValue
  public String wire() {
    return wire;
  }

  Severity severity() {
    return severity;
  }
}
