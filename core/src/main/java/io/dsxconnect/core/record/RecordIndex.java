package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Outcome;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Range;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The index of the records by outcome, without benign ones, and of those whose item action failed
 * or is unconfirmed. {@code record.lua} writes it together with the records. It covers some of the
 * records only, see {@link Bounds}: older versions wrote none. Blocks for Redis. Thread-safe.
 */
@ThreadSafe
final class RecordIndex {
  /** The part with the records whose item action failed. */
  static final String ACTION_FAILED = "action_failed";

  /** The part with the records whose item action is unconfirmed. */
  static final String ACTION_UNCONFIRMED = "action_unconfirmed";

  private static final List<String> PARTS =
      Stream.concat(
              Stream.of(Outcome.values())
                  .filter(outcome -> outcome != Outcome.BENIGN)
                  .map(Outcome::column),
              Stream.of(ACTION_FAILED, ACTION_UNCONFIRMED))
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
    if (!actions.isEmpty() && actions.stream().allMatch(ActionState::leavesFileInDoubt)) {
      return actions.stream().map(RecordIndex::part).toList();
    }
    if (!actions.isEmpty() && !actions.contains(ActionState.NONE)) {
      // Only malicious files have actions.
      return List.of(Outcome.MALICIOUS.column());
    }
    return outcomes.isEmpty() || outcomes.contains(Outcome.BENIGN)
        ? List.of()
        : outcomes.stream().map(Outcome::column).toList();
  }

  private static String part(ActionState state) {
    return state == ActionState.FAILED ? ACTION_FAILED : ACTION_UNCONFIRMED;
  }

  String key(String part) {
    return redis.keys().of(Key.INDEX, part);
  }

  /** The parts that a record belongs to. */
  static List<String> partsOf(ScanResult result) {
    List<String> parts = new ArrayList<>();
    if (result.outcome() != Outcome.BENIGN) {
      parts.add(result.outcome().column());
    }
    ActionState action = ActionState.of(result);
    if (action.leavesFileInDoubt()) {
      parts.add(part(action));
    }
    return parts;
  }

  /**
   * The numbers of the records that may exist, and of those among them that the index covers. Those
   * that it does not cover were written by a version without the index, or may have been changed by
   * one; {@link RecordIndexer} adds them.
   *
   * @param oldest that is kept
   * @param newest that was recorded; below {@code oldest} if none is kept
   * @param first that the index covers
   * @param last that the index covers; below {@code first} if it covers none
   */
  record Bounds(long oldest, long newest, long first, long last) {
    boolean coversNewest() {
      return first <= last && last >= newest;
    }

    /** Whether the index covers every record that may exist. */
    boolean coversAll() {
      return newest < oldest || (coversNewest() && first <= oldest);
    }
  }

  /** The bounds at one moment. */
  Bounds bounds() {
    List<KeyValue<String, String>> read =
        redis.call(
            c ->
                c.mget(
                    redis.keys().of(Key.OLDEST),
                    redis.keys().of(Key.SEQ),
                    redis.keys().of(Key.INDEXED),
                    redis.keys().of(Key.COVERED),
                    redis.keys().of(Key.MIXED)));
    long newest = number(read.get(1), 0);
    boolean usable = read.get(2).hasValue() && !read.get(4).hasValue();
    return new Bounds(
        number(read.get(0), 1),
        newest,
        usable ? number(read.get(2), 1) : newest + 1,
        usable ? number(read.get(3), 0) : newest);
  }

  private static long number(KeyValue<String, String> value, long absent) {
    return value.hasValue() ? Long.parseLong(value.getValue()) : absent;
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
