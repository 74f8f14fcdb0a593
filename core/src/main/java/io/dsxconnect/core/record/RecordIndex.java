package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.Range;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The index of the records by outcome, without benign ones, and of those whose item action failed.
 * {@code record.lua} writes it together with the records. It covers the records from {@link #first}
 * on: older versions wrote none. Blocks for Redis. Thread-safe.
 */
@ThreadSafe
final class RecordIndex {
  /** The part with the records whose item action failed. */
  static final String ACTION_FAILED = "action_failed";

  private static final List<String> PARTS =
      Stream.concat(
              Stream.of(Outcome.values())
                  .filter(outcome -> outcome != Outcome.BENIGN)
                  .map(Outcome::column),
              Stream.of(ACTION_FAILED))
          .toList();

  private final Redis redis;
  private final RecordReader reader;

  RecordIndex(Redis redis, RecordReader reader) {
    this.redis = redis;
    this.reader = reader;
  }

  /** The parts that hold every record that the filter can match; empty if the index cannot help. */
  static List<String> parts(ResultQuery.Filter filter) {
    Set<Outcome> outcomes = filter.content().outcomes();
    Set<ActionState> actions = filter.content().actions();
    if (actions.equals(EnumSet.of(ActionState.FAILED))) {
      return List.of(ACTION_FAILED);
    }
    if (!actions.isEmpty() && !actions.contains(ActionState.NONE)) {
      // Only malicious files have actions.
      return List.of(Outcome.MALICIOUS.column());
    }
    return outcomes.isEmpty() || outcomes.contains(Outcome.BENIGN)
        ? List.of()
        : outcomes.stream().map(Outcome::column).toList();
  }

  String key(String part) {
    return redis.keys().of(Key.INDEX, part);
  }

  /** Number of the first record that the index covers; {@link Long#MAX_VALUE} if there is none. */
  long first() {
    String first = redis.call(c -> c.get(redis.keys().of(Key.INDEXED)));
    return first == null ? Long.MAX_VALUE : Long.parseLong(first);
  }

  /** How many records of these parts are kept, records of several parts several times. */
  long count(List<String> parts, long oldest) {
    long sum = 0;
    for (String part : parts) {
      sum += redis.call(c -> c.zcount(key(part), kept(oldest)));
    }
    return sum;
  }

  private static Range<Long> kept(long oldest) {
    return Range.from(Range.Boundary.including(oldest), Range.Boundary.unbounded());
  }

  /**
   * How many kept records of a part were recorded at a time or later. Reads some records only: the
   * records of one part are nearly in the order of time, so that the count is right to within the
   * few that were recorded in the same second.
   *
   * @param since seconds since the epoch
   */
  long countSince(String part, long since, long oldest) {
    long all = redis.call(c -> c.zcard(key(part)));
    long kept = redis.call(c -> c.zcount(key(part), kept(oldest)));
    long low = all - kept;
    long high = all;
    while (low < high) {
      long middle = (low + high) >>> 1;
      if (recordedBefore(part, middle, since)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return all - low;
  }

  /** Whether the record at this rank is older; a deleted record counts as older. */
  private boolean recordedBefore(String part, long rank, long since) {
    List<String> number = redis.call(c -> c.zrange(key(part), rank, rank));
    List<ScanResult> found = number.isEmpty() ? List.of() : reader.read(number);
    String at = found.isEmpty() ? null : found.getFirst().recordedAt();
    return at == null || Instant.parse(at).getEpochSecond() < since;
  }

  /** Removes deleted records. Call it after they are deleted: a script adds existing ones only. */
  void remove(List<String> numbers) {
    if (!numbers.isEmpty()) {
      String[] members = numbers.toArray(String[]::new);
      for (String part : PARTS) {
        redis.call(c -> c.zrem(key(part), members));
      }
    }
  }

  /** The first numbers of a part from one on, in one direction. */
  List<Long> numbers(String part, Range<Long> range, boolean ascending, int most) {
    io.lettuce.core.Limit limit = io.lettuce.core.Limit.from(most);
    List<String> found =
        redis.call(
            c ->
                ascending
                    ? c.zrangebyscore(key(part), range, limit)
                    : c.zrevrangebyscore(key(part), range, limit));
    List<Long> numbers = new ArrayList<>(found.size());
    found.forEach(number -> numbers.add(Long.parseLong(number)));
    return numbers;
  }
}
