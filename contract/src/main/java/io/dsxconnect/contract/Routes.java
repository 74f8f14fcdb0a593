package io.dsxconnect.contract;

/**
 * Paths and headers of the HTTP APIs. Paths of the core begin with {@link #API}, paths of a
 * connector with the connector's name.
 */
public final class Routes {
  public static final String API = "/dsx-connect/api/v1";

  public static final String HEALTHZ = "/healthz";
  public static final String READYZ = "/readyz";
  public static final String VERSION = "/version";
  public static final String CONFIG = "/config";
  public static final String CONNECTORS = "/connectors";
  public static final String REGISTER = CONNECTORS + "/register";
  public static final String UNREGISTER = CONNECTORS + "/unregister";
  public static final String SCAN_REQUEST = "/scan/request";
  public static final String SCAN_REQUEST_BATCH = "/scan/request_batch";
  public static final String RESULTS = "/scan/results";
  public static final String STATS = "/scan/stats";
  public static final String JOBS = "/scan/jobs";
  public static final String SUBSCRIBE_SCAN_RESULT = "/subscribe/scan-result";

  // Served by connectors, called by the core.

  public static final String READ_FILE = "/read_file";

  public static final String ITEM_ACTION = "/item_action";
  public static final String FULL_SCAN = "/full_scan";
  public static final String REPO_CHECK = "/repo_check";
  public static final String ESTIMATE = "/estimate";

  // Served by DSXA.

  public static final String SCAN_BINARY = "/scan/binary/v2";

  public static final String SCAN_BASE64 = "/scan/base64/v2";
  public static final String SCAN_BY_HASH = "/scan/by_hash";
  public static final String SCAN_BY_PATH = "/scan/by_path";
  public static final String RESULT_BY_PATH = "/result/by_path";

  /** Header of a connector's 503: the file changed while it was read, so a retry may succeed. */
  public static final String FILE_CHANGED = "X-File-Changed";

  /**
   * Header of calls to a connector, with the UUID of the intended one, and of its responses, with
   * its own: the address may belong to another connector by now.
   */
  public static final String CONNECTOR_UUID = "X-Connector-UUID";

  private Routes() {}
}
