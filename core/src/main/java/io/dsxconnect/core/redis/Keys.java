package io.dsxconnect.core.redis;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The one place that names keys. Every key of a partition begins with the same hash tag, so that
 * all that one hand-off touches lies in one slot. Scripts get the same names from {@link #prelude}.
 */
public final class Keys {
  /** Name of the Lua function, then the pattern; {@code %s} are its arguments. */
  private static final Map<String, String> NAMES = new LinkedHashMap<>();

  static {
    // What a caller names stands last, so that no name of a job is the key of another job's part.
    NAMES.put("job_key", "job:%s");
    NAMES.put("job_lanes_key", "job-lanes:%s");
    NAMES.put("job_express_key", "job-express:%s");
    NAMES.put("job_origins_key", "job-origins:%s");
    NAMES.put("job_results_key", "job-results:%s");
    NAMES.put("jobs_key", "jobs");
    NAMES.put("idle_key", "jobs:idle");
    // Announced jobs whose listing has not ended, by when they are looked at again.
    NAMES.put("listing_key", "jobs:listing");
    NAMES.put("forgotten_key", "forgotten:%s");
    NAMES.put("apis_key", "apis");
    NAMES.put("api_back_key", "apis:back");
    NAMES.put("finished_key", "finished:%s");
    // Packed jobs, and their number.
    NAMES.put("archive_key", "archive:%s");
    NAMES.put("archived_key", "archived");
    NAMES.put("scope_key", "scope:%s");
    NAMES.put("once_key", "once:%s");
    // Lanes of addresses that belong to no registered connector.
    NAMES.put("foreign_key", "foreign");
    NAMES.put("lane_key", "%s:lane:%s");
    NAMES.put("later_key", "%s:later:%s");
    NAMES.put("laters_key", "%s:laters");
    NAMES.put("lanes_key", "%s:lanes");
    NAMES.put("turns_key", "%s:turns");
    NAMES.put("line_key", "%s:line:%s");
    NAMES.put("gated_key", "%s:gated");
    NAMES.put("gates_key", "%s:gates:%s");
    NAMES.put("workers_key", "%s:workers");
    NAMES.put("busy_key", "%s:busy");
    NAMES.put("round_key", "%s:round");
    NAMES.put("beat_key", "beat");
    NAMES.put("turn_key", "%s:turn");
    NAMES.put("wake_key", "%s:wake");
    NAMES.put("held_key", "held");
    NAMES.put("alone_key", "%s:alone");
    NAMES.put("deaths_key", "%s:deaths");
    NAMES.put("dead_key", "dead:%s");
    NAMES.put("cancelled_key", "cancelled");
    NAMES.put("aside_key", "aside:%s");
    NAMES.put("asides_key", "asides");
    NAMES.put("notifications_key", "notifications");
    NAMES.put("seq_key", "results:seq");
    NAMES.put("oldest_key", "results:oldest");
    NAMES.put("result_key", "result:%s");
    NAMES.put("result_of_key", "result-of:%s");
    // Of each malicious file whose verdict is not recorded yet: what became of its action, if
    // known.
    NAMES.put("unrecorded_key", "unrecorded");
    NAMES.put("stats_key", "stats");
    NAMES.put("events_key", "events");
    NAMES.put("siem_key", "siem");
    NAMES.put("siem_seq_key", "siem:seq");
    NAMES.put("siem_sent_key", "siem:sent");
    NAMES.put("siem_lease_key", "siem:lease");
    NAMES.put("connector_key", "connector:%s");
    NAMES.put("connectors_key", "connectors");
    NAMES.put("connector_events_key", "connector-events");
    NAMES.put("states_key", "states:%s");
    // Where format 1 kept them.
    NAMES.put("state_key", "state:%s:%s");
    NAMES.put("scanner_url_key", "scanner-url");
    NAMES.put("probe_key", "probe");
    NAMES.put("format_key", "format");
  }

  private final String env;
  private final String prefix;

  /**
   * @param env {@code DSXCONNECT_APP_ENV}; keeps environments apart on one server
   * @param partition number of the partition, from 0
   */
  public Keys(String env, int partition) {
    this.env = env;
    this.prefix = "dsx:" + env + ":{p" + partition + "}:";
  }

  /** What every key of this partition begins with. */
  public String prefix() {
    return prefix;
  }

  /** A key by the name of its Lua function, for example {@code key("job_key", id)}. */
  public String key(String name, Object... arguments) {
    String pattern = NAMES.get(name);
    if (pattern == null) {
      throw new IllegalArgumentException("no key is named " + name);
    }
    return prefix + String.format(pattern, arguments);
  }

  /** A pub/sub channel of the original, for example {@code notify:scan_result}. */
  public String channel(String name) {
    return env + ":dsx-connect:" + name;
  }

  /** Lua functions of the same names, over a prefix {@code P} that the script declares first. */
  static String prelude() {
    return NAMES.entrySet().stream()
        .map(
            entry -> {
              int arguments = entry.getValue().split("%s", -1).length - 1;
              String parameters = arguments == 0 ? "" : arguments == 1 ? "a" : "a, b";
              String body = "'" + entry.getValue() + "'";
              body = body.replaceFirst("%s", "' .. a .. '").replaceFirst("%s", "' .. b .. '");
              return "local function "
                  + entry.getKey()
                  + "("
                  + parameters
                  + ") return ARGV[1] .. "
                  + body
                  + " end\n";
            })
        .collect(Collectors.joining());
  }
}
