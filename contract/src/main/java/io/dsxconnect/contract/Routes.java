package io.dsxconnect.contract;

/**
 * Paths and headers of the HTTP APIs. Paths of the core begin with {@link #API}, paths of a
 * connector with the connector's name.
 */
public final class Routes {
  /** Prefix of the core's routes. */
  public static final String API = "/dsx-connect/api/v1";

  /** Whether the process is alive. */
  public static final String HEALTHZ = "/healthz";

  /** Whether the process is ready; 503 until it is. */
  public static final String READYZ = "/readyz";

  /** The version of core or connector. */
  public static final String VERSION = "/version";

  /** The configuration of core or connector, secrets masked. */
  public static final String CONFIG = "/config";

  /** The registered connectors, and calls to them. */
  public static final String CONNECTORS = "/connectors";

  /** Registers a connector or refreshes its registration. */
  public static final String REGISTER = CONNECTORS + "/register";

  /** Removes a connector; its UUID follows. */
  public static final String UNREGISTER = CONNECTORS + "/unregister";

  /** Scans one file; the body is a {@link ScanRequest}. */
  public static final String SCAN_REQUEST = "/scan/request";

  /** Scans many files as part of a job. */
  public static final String SCAN_REQUEST_BATCH = "/scan/request_batch";

  /** The results, each a {@link ScanResult}. */
  public static final String RESULTS = "/scan/results";

  /** Totals over all results, a {@link ScanStats}. */
  public static final String STATS = "/scan/stats";

  /** The jobs, each with its {@link Ledger}. */
  public static final String JOBS = "/scan/jobs";

  /** Stream of new results, as server-sent events. */
  public static final String SUBSCRIBE_SCAN_RESULT = "/subscribe/scan-result";

  /** Stream of everything that the page shows live, as server-sent events. */
  public static final String SUBSCRIBE_LIVE = "/subscribe/live";

  /** What can be configured, with the values in force; of a connector. */
  public static final String CONFIG_SCHEMA = CONFIG + "/schema";

  /** Served by connectors: the bytes of a file. */
  public static final String READ_FILE = "/read_file";

  /** Served by connectors: acts on a malicious file; the answer is an {@link ItemActionStatus}. */
  public static final String ITEM_ACTION = "/item_action";

  /** Served by connectors: starts a full scan. */
  public static final String FULL_SCAN = "/full_scan";

  /** Served by connectors: checks the repository, with a preview of its files. */
  public static final String REPO_CHECK = "/repo_check";

  /** Served by connectors: the number of files to scan. */
  public static final String ESTIMATE = "/estimate";

  /** Served by DSXA: scans the body. */
  public static final String SCAN_BINARY = "/scan/binary/v2";

  /** Served by DSXA: scans the decoded body. */
  public static final String SCAN_BASE64 = "/scan/base64/v2";

  /** Served by DSXA: looks up a SHA-256. */
  public static final String SCAN_BY_HASH = "/scan/by_hash";

  /** Served by DSXA: scans a file by its path on the scanner. */
  public static final String SCAN_BY_PATH = "/scan/by_path";

  /** Served by DSXA: the verdict of a scan by path. */
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
