package io.dsxconnect.core.api;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.routes.Call;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a full scan is started with, as fields of its job: a connector's configuration may change
 * later. See docs/wire.md, "Job fields".
 */
final class ScanDetails {
  private ScanDetails() {}

  /**
   * The fields, without those that have no value. Each is printable and has at most about 500
   * characters.
   *
   * @param connector as it is registered now
   * @param call the request for the scan
   */
  static Map<String, String> of(ConnectorInstance connector, Call call) {
    Map<String, String> details = new LinkedHashMap<>();
    put(details, "scan_asset", connector.asset());
    put(details, "scan_filter", connector.filter());
    put(details, "scan_limit", call.number("limit").map(String::valueOf).orElse(""));
    put(details, "started_by", call.given("started_by").orElse(""));
    return Map.copyOf(details);
  }

  private static void put(Map<String, String> details, String field, String value) {
    if (!value.isBlank()) {
      details.put(field, Printable.of(value));
    }
  }
}
