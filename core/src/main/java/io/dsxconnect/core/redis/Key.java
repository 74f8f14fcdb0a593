package io.dsxconnect.core.redis;

import java.util.Locale;

/**
 * Every key that is stored, with its pattern and Redis type. {@code docs/data-model.md} describes
 * each one. A pattern ends with the argument that callers choose, so that no job's name is the key
 * of another job's part.
 */
public enum Key {
  /** A job: state, ledger, times. */
  JOB("job:%s", Type.HASH),
  JOB_LANES("job-lanes:%s", Type.SET),
  JOB_EXPRESS("job-express:%s", Type.LIST),
  JOB_ORIGINS("job-origins:%s", Type.HASH),
  JOB_RESULTS("job-results:%s", Type.LIST),
  /** Rows of a job's time series, oldest first. */
  JOB_SERIES("job-series:%s", Type.LIST),
  /** All jobs, by their start. */
  JOBS("jobs", Type.ZSET),
  /** Unannounced jobs, by their last change. */
  IDLE("jobs:idle", Type.ZSET),
  /** Announced jobs whose listing has not ended, by the time of the next check. */
  LISTING("jobs:listing", Type.ZSET),
  /** Jobs that have not ended, by their start. */
  ACTIVE("jobs:active", Type.ZSET),
  /** Active jobs with a lane of their own, by the end of the bucket that was sampled last. */
  SAMPLED("jobs:sampled", Type.ZSET),
  /** Jobs that have a {@link #JOB_SERIES}, by the end of its last bucket. */
  CHARTED("jobs:charted", Type.ZSET),
  FORGOTTEN("forgotten:%s", Type.STRING),
  APIS("apis", Type.ZSET),
  API_BACK("apis:back", Type.STRING),
  /** Finished jobs of one kind, oldest first. */
  FINISHED("finished:%s", Type.LIST),
  /** Packed jobs; {@link #ARCHIVED} counts them. */
  ARCHIVE("archive:%s", Type.HASH),
  ARCHIVED("archived", Type.STRING),
  SCOPE("scope:%s", Type.STRING),
  /** An idempotency key's first answer. */
  ONCE("once:%s", Type.STRING),
  /** Lanes of addresses that belong to no registered connector. */
  FOREIGN("foreign", Type.SET),
  LANE("%s:lane:%s", Type.STREAM),
  /** Tasks of a lane that wait for their retry, by the time when they are due. */
  LATER("%s:later:%s", Type.ZSET),
  LATERS("%s:laters", Type.ZSET),
  LANES("%s:lanes", Type.SET),
  /** Connectors of a stage, by their turn. */
  TURNS("%s:turns", Type.ZSET),
  /** Lanes of a connector, by their turn. */
  LINE("%s:line:%s", Type.ZSET),
  GATED("%s:gated", Type.ZSET),
  GATES("%s:gates:%s", Type.SET),
  WORKERS("%s:workers", Type.ZSET),
  BUSY("%s:busy", Type.SET),
  ROUND("%s:round", Type.HASH),
  BEAT("beat", Type.HASH),
  TURN("%s:turn", Type.STRING),
  WAKE("%s:wake", Type.LIST),
  HELD("held", Type.SET),
  ALONE("%s:alone", Type.HASH),
  DEATHS("%s:deaths", Type.HASH),
  DEAD("dead:%s", Type.STREAM),
  /** Item actions whose outcome will never come. */
  LOST_ACTIONS("lost-actions", Type.STREAM),
  CANCELLED("cancelled", Type.STREAM),
  /** A renamed {@link #LANE}, or a renamed {@link #LATER}, which is a sorted set. */
  ASIDE("aside:%s", Type.STREAM),
  ASIDES("asides", Type.LIST),
  NOTIFICATIONS("notifications", Type.STRING),
  SEQ("results:seq", Type.STRING),
  OLDEST("results:oldest", Type.STRING),
  /** Numbers of the records with one outcome, or with a failed action. */
  INDEX("results:index:%s", Type.ZSET),
  /**
   * Number of the first record that {@link #INDEX} covers, up to {@link #COVERED}. Both names have
   * the version of the index: with another one, the records are indexed again.
   */
  INDEXED("results:indexed:2", Type.STRING),
  /** Number of the last record that a version with {@link #INDEX} wrote. */
  COVERED("results:covered:2", Type.STRING),
  /** Exists while processes of a version without {@link #INDEX} may still write. */
  MIXED("results:mixed", Type.STRING),
  RESULT("result:%s", Type.STRING),
  RESULT_OF("result-of:%s", Type.STRING),
  /** Malicious files whose verdict is not recorded yet, with their actions' outcomes. */
  UNRECORDED("unrecorded", Type.HASH),
  STATS("stats", Type.HASH),
  /** Rows of the platform's time series with one length of buckets, oldest first. */
  PLATFORM_SERIES("series:%s", Type.LIST),
  /** Scans by engine time until the last row of each length. */
  SCAN_TIMES("scan-times", Type.HASH),
  EVENTS("events", Type.STREAM),
  SIEM("siem", Type.STREAM),
  SIEM_SEQ("siem:seq", Type.STRING),
  SIEM_SENT("siem:sent", Type.HASH),
  SIEM_LEASE("siem:lease", Type.STRING),
  CONNECTOR("connector:%s", Type.STRING),
  CONNECTORS("connectors", Type.SET),
  /** Connectors that are registered or gone, as they registered last. */
  KNOWN("known-connectors", Type.HASH),
  /** The number of the last registration of each of them. */
  REGISTRATIONS("registrations", Type.HASH),
  /** Connectors whose registration expired, by that time. */
  GONE("gone-connectors", Type.ZSET),
  CONNECTOR_EVENTS("connector-events", Type.STREAM),
  STATES("states:%s", Type.HASH),
  /** Where format 1 kept a connector's state. */
  STATE("state:%s:%s", Type.HASH),
  SCANNER_URL("scanner-url", Type.STRING),
  /** What needs attention now, with the time since when. */
  ATTENTION("attention", Type.HASH),
  PROBE("probe", Type.STRING),
  /** What each live worker reports of itself. */
  WORKER_REPORTS("worker-reports", Type.HASH),
  /** The same workers, by their last heartbeat. */
  WORKER_BEATS("worker-beats", Type.ZSET),
  /** The last heartbeat of any worker of each queue. */
  LAST_BEATS("last-beats", Type.HASH),
  FORMAT("format", Type.STRING);

  /** The Redis type of a key's value. */
  public enum Type {
    HASH,
    LIST,
    SET,
    STREAM,
    STRING,
    ZSET
  }

  private static final String ARGUMENT = "%s";

  private final String pattern;
  private final Type type;
  private final int arity;

  Key(String pattern, Type type) {
    this.pattern = pattern;
    this.type = type;
    this.arity = parts(pattern).length - 1;
  }

  private static String[] parts(String pattern) {
    return pattern.split(ARGUMENT, -1);
  }

  /** The name without the partition's prefix; each {@code %s} stands for one argument. */
  public String pattern() {
    return pattern;
  }

  public Type type() {
    return type;
  }

  /** How many arguments a name of this key takes: 0, 1 or 2. */
  public int arity() {
    return arity;
  }

  /** The name behind the partition's prefix. */
  String name(String prefix, Object... arguments) {
    if (arguments.length != arity) {
      throw new IllegalArgumentException(
          "key " + this + " takes " + arity + " arguments, not " + arguments.length);
    }
    StringBuilder name = new StringBuilder(64).append(prefix);
    int from = 0;
    for (Object argument : arguments) {
      int to = pattern.indexOf(ARGUMENT, from);
      name.append(pattern, from, to).append(argument);
      from = to + ARGUMENT.length();
    }
    name.append(pattern, from, pattern.length());
    return name.toString();
  }

  /** The name of the Lua function that makes this key's name, for example {@code job_key}. */
  String luaName() {
    return name().toLowerCase(Locale.ROOT) + "_key";
  }

  /** That function. It reads the partition's prefix from {@code ARGV[1]}. */
  String luaFunction() {
    String[] parameters = {"", "a", "a, b"};
    String[] parts = parts(pattern);
    StringBuilder body = new StringBuilder("ARGV[1]");
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        body.append(i == 1 ? " .. a" : " .. b");
      }
      if (!parts[i].isEmpty()) {
        body.append(" .. '").append(parts[i]).append('\'');
      }
    }
    return "local function %s(%s) return %s end\n".formatted(luaName(), parameters[arity], body);
  }
}
