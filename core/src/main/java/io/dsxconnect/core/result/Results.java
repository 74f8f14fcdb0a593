package io.dsxconnect.core.result;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanStats;
import io.dsxconnect.core.redis.Keys;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads what was recorded. Records are numbered from 1; the oldest beyond the retention are gone.
 */
public final class Results {
  private static final int PAGE = 500;

  private final Redis redis;
  private final Keys keys;

  public Results(Redis redis) {
    this.redis = redis;
    this.keys = redis.keys();
  }

  /** The newest records, newest first. */
  public List<ScanResult> recent(int limit) {
    String last = redis.call(c -> c.get(keys.key("seq_key")));
    List<ScanResult> found = new ArrayList<>();
    long at = last == null ? 0 : Long.parseLong(last);
    while (at > 0 && found.size() < limit) {
      long from = Math.max(1, at - Math.min(PAGE, limit) + 1);
      List<String> wanted = new ArrayList<>();
      for (long seq = at; seq >= from; seq--) {
        wanted.add(Long.toString(seq));
      }
      List<ScanResult> page = read(wanted);
      if (page.isEmpty()) {
        break;
      }
      found.addAll(page.subList(0, Math.min(page.size(), limit - found.size())));
      at = from - 1;
    }
    return found;
  }

  /** The newest records of one job, newest first. */
  public List<ScanResult> ofJob(String job, int limit) {
    List<String> seqs =
        new ArrayList<>(redis.call(c -> c.lrange(keys.key("job_results_key", job), -limit, -1)));
    Collections.reverse(seqs);
    return read(seqs);
  }

  /** How many records of a job were ever written, pruned ones included. */
  public long recordedOf(String job) {
    return redis.call(c -> c.llen(keys.key("job_results_key", job)));
  }

  /** Records of a job in the order of recording, from a position counted from 0. */
  public List<ScanResult> page(String job, long from, int limit) {
    return read(
        redis.call(c -> c.lrange(keys.key("job_results_key", job), from, from + limit - 1L)));
  }

  public Optional<ScanResult> ofTask(String task) {
    String seq = redis.call(c -> c.get(keys.key("result_of_key", task)));
    return seq == null ? Optional.empty() : read(List.of(seq)).stream().findFirst();
  }

  /** Forgets these records; what they proved must be elsewhere by then. */
  public void forget(List<ScanResult> records) {
    if (!records.isEmpty()) {
      String[] gone =
          records.stream()
              .flatMap(
                  r ->
                      java.util.stream.Stream.of(
                          keys.key("result_key", r.id()),
                          keys.key("result_of_key", r.scanRequestTaskId())))
              .toArray(String[]::new);
      redis.call(c -> c.unlink(gone));
    }
  }

  private List<ScanResult> read(List<String> seqs) {
    List<ScanResult> records = new ArrayList<>(seqs.size());
    for (int at = 0; at < seqs.size(); at += PAGE) {
      String[] names =
          seqs.subList(at, Math.min(seqs.size(), at + PAGE)).stream()
              .map(seq -> keys.key("result_key", seq))
              .toArray(String[]::new);
      for (KeyValue<String, String> record : redis.call(c -> c.mget(names))) {
        if (record.hasValue()) {
          records.add(parse(record.getValue()));
        }
      }
    }
    return records;
  }

  static ScanResult parse(String json) {
    try {
      return ScanResult.read(Json.parse(json.getBytes(StandardCharsets.UTF_8)));
    } catch (InvalidInput e) {
      throw new IllegalStateException("a stored result is not readable: " + e.getMessage(), e);
    }
  }

  /**
   * Totals over everything ever recorded. Medians come from a histogram with eight steps an octave:
   * they are right to about 5 %.
   */
  public ScanStats stats() {
    Map<String, String> s = redis.call(c -> c.hgetall(keys.key("stats_key")));
    long files = number(s, "files");
    if (files == 0) {
      return new ScanStats(
          0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, "", -1, -1, -1, -1);
    }
    long micros = number(s, "micros");
    long bytes = number(s, "bytes");
    long longest = number(s, "longest_micros");
    return new ScanStats(
        files,
        number(s, "benign"),
        number(s, "malicious"),
        number(s, "unknown"),
        number(s, "unsupported"),
        number(s, "not_scanned") + number(s, "non_compliant"),
        number(s, "encrypted"),
        micros,
        micros / 1e6,
        bytes,
        bytes / files,
        micros / files,
        micros / 1e3 / files,
        micros / 1e6 / files,
        median(s, "size:"),
        median(s, "time:"),
        s.getOrDefault("longest_file", ""),
        number(s, "longest_bytes"),
        longest,
        longest / 1e3,
        longest / 1e6);
  }

  private static long number(Map<String, String> stats, String field) {
    return Long.parseLong(stats.getOrDefault(field, "0"));
  }

  private static long median(Map<String, String> stats, String prefix) {
    TreeMap<Integer, Long> histogram = new TreeMap<>();
    long total = 0;
    for (Map.Entry<String, String> entry : stats.entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        long n = Long.parseLong(entry.getValue());
        histogram.put(Integer.valueOf(entry.getKey().substring(prefix.length())), n);
        total += n;
      }
    }
    long seen = 0;
    for (Map.Entry<Integer, Long> step : histogram.entrySet()) {
      seen += step.getValue();
      if (seen * 2 >= total) {
        return Math.round(Math.pow(2, (step.getKey() + 0.5) / 8) - 1);
      }
    }
    return -1;
  }
}
