package io.dsxconnect.core.scan;

import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Surrogates;
import io.dsxconnect.core.queue.Task;
import java.nio.charset.StandardCharsets;

/** The description of a file that is sent to the scanner. */
final class CustomMetadata {
  private CustomMetadata() {}

  /**
   * {@code file-loc:..,file-meta:..[,dsx-connect:..],scan_request_task_id:..}; see {@code
   * docs/wire.md}, "Scanner protocol".
   */
  static String of(Task task, ScanRequest request) {
    String connector =
        request.connector() == null ? "" : ",dsx-connect:" + safe(request.connector().name());
    return "file-loc:"
        + safe(request.location())
        + ",file-meta:"
        + safe(request.metainfo())
        + connector
        + ",scan_request_task_id:"
        + task.id();
  }

  /**
   * Percent-encodes everything but visible ASCII and blanks, and the characters that separate
   * fields. Truncated to 1,000 bytes.
   */
  static String safe(String value) {
    StringBuilder out = new StringBuilder(value.length());
    for (byte b : Surrogates.shown(value).getBytes(StandardCharsets.UTF_8)) {
      if (out.length() >= 1000) {
        return out.append("...").toString();
      }
      if (b > 0x20 && b < 0x7f && b != ',' && b != '%') {
        out.append((char) b);
      } else if (b == 0x20) {
        out.append(' ');
      } else {
        out.append('%').append(String.format("%02X", b));
      }
    }
    return out.toString();
  }
}
