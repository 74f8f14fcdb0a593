package io.dsxconnect.core.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.MonotonicClock;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds, groups, replays and discards dead letters by what they say. A call reads for 3 s at most,
 * or for 20 s while it changes something, and says how far it came. Blocks for Redis. Thread-safe,
 * also across processes: of two callers, one replays or discards a letter.
 */
@ThreadSafe
public final class DeadLetterSearch {
  /** The most letters that one call replays or discards. */
  public static final int MAX_CHANGED = 10_000;

  /** The most groups that one call returns. */
  static final int MAX_GROUPS = 1000;

  static final int MAX_EXAMINED = 20_000;
  private static final Duration MAX_TIME = Duration.ofSeconds(3);

  /** Replaying takes a script call per letter. */
  private static final Duration MAX_CHANGE_TIME = Duration.ofSeconds(20);

  /** Small, because one letter may have 200 KB. */
  private static final int PAGE = 20;

  private static final Pattern ID = Pattern.compile("(\\d{1,20})-(\\d{1,20})");

  /** Of each part of an id, so that another id follows every id. */
  private static final BigInteger MAX_PART = BigInteger.valueOf(Long.MAX_VALUE);

  private final DeadLetters letters;
  private final Redis redis;
  private final MonotonicClock clock;

  public DeadLetterSearch(DeadLetters letters, Redis redis, MonotonicClock clock) {
    this.letters = letters;
    this.redis = redis;
    this.clock = clock;
  }

  /** Whether a text has the form of a letter's id, with numbers that Redis can read. */
  public static boolean isId(String text) {
    Matcher id = ID.matcher(text);
    return id.matches() && isPart(id.group(1)) && isPart(id.group(2));
  }

  private static boolean isPart(String digits) {
    return new BigInteger(digits).compareTo(MAX_PART) <= 0;
  }

  /**
   * Letters of one stage with the same facts.
   *
   * @param count how many of those that were read
   * @param firstAt time of the oldest in milliseconds since the epoch
   * @param lastAt time of the newest that was read, likewise
   * @param jobGone whether they name a job that was deleted or expired, so that none is replayed
   */
  public record Group(
      Stage stage,
      DeadLetterFilter.Facts facts,
      long count,
      long firstAt,
      long lastAt,
      boolean jobGone) {
    private Group with(long at) {
      return new Group(stage, facts, count + 1, firstAt, at, jobGone);
    }

    private Group unlessIn(Set<String> jobs) {
      String job = facts.job();
      return job == null || jobs.contains(job)
          ? this
          : new Group(stage, facts, count, firstAt, lastAt, true);
    }
  }

  /**
   * The result of {@link #groups}.
   *
   * @param groups the largest first, at most 1,000
   * @param total letters of all stages
   * @param examined how many of them were read
   */
  public record Groups(List<Group> groups, long total, long examined) {}

  /**
   * The result of {@link #find}.
   *
   * @param items as {@link DeadLetters#items} returns them
   * @param nextCursor where to go on; null at the end
   */
  public record Page(List<JsonNode> items, @Nullable String nextCursor) {}

  /**
   * The result of {@link #replay} and {@link #discard}.
   *
   * @param done letters that this call replayed or discarded
   * @param failed letters that cannot be read, and stay
   * @param kept letters that are not replayed because of their job, and stay
   * @param left other letters that match and stay, as far as they were read
   * @param complete false when the call ended at its time limit before it had read all letters
   */
  public record Changed(
      long done, long failed, DeadLetters.Kept kept, long left, boolean complete) {}

  /** The oldest 20,000 letters of each stage, grouped by their facts. */
  public Groups groups() {
    Map<List<Object>, Group> groups = new LinkedHashMap<>();
    long end = clock.nanos() + MAX_TIME.toNanos();
    long total = 0;
    long[] examined = {0};
    for (Stage stage : DeadLetters.STAGES) {
      total += letters.count(stage);
      read(
          stage,
          null,
          new Bounds(MAX_EXAMINED, end),
          entry -> {
            examined[0]++;
            DeadLetterFilter.Facts facts = DeadLetterFilter.Facts.of(DeadLetters.read(entry));
            long at = millis(entry.getId());
            groups.merge(
                List.of(stage, facts),
                new Group(stage, facts, 1, at, at, false),
                (known, more) -> known.with(at));
            return true;
          });
    }
    List<Group> largest =
        groups.values().stream()
            .sorted(Comparator.comparingLong(Group::count).reversed())
            .limit(MAX_GROUPS)
            .toList();
    Set<String> jobs =
        kept(
            largest.stream()
                .flatMap(group -> Stream.ofNullable(group.facts().job()))
                .distinct()
                .toList());
    return new Groups(
        largest.stream().map(group -> group.unlessIn(jobs)).toList(), total, examined[0]);
  }

  /** Those of these jobs that are kept, at most 1,000. */
  private Set<String> kept(List<String> jobs) {
    Set<String> kept = new HashSet<>();
    if (!jobs.isEmpty()) {
      List<?> starts =
          redis.call(c -> c.zmscore(redis.keys().of(Key.JOBS), jobs.toArray(String[]::new)));
      for (int i = 0; i < jobs.size(); i++) {
        if (starts.get(i) instanceof Double) {
          kept.add(jobs.get(i));
        }
      }
    }
    return kept;
  }

  /**
   * A page of the letters of one stage that match, oldest first. It may have fewer than {@code
   * limit} although more follow, when they are large or rare.
   *
   * @param cursor of the page before; null to start
   */
  public Page find(Stage stage, DeadLetterFilter filter, @Nullable String cursor, int limit) {
    List<JsonNode> items = new ArrayList<>();
    long[] bytes = {0};
    String last =
        read(
            stage,
            cursor,
            new Bounds(DeadLetters.MAX_PER_STAGE, clock.nanos() + MAX_TIME.toNanos()),
            entry -> {
              JsonNode item = DeadLetters.read(entry);
              if (filter.matches(DeadLetterFilter.Facts.of(item))) {
                items.add(item);
                bytes[0] += DeadLetters.length(entry);
              }
              return items.size() < limit && bytes[0] < DeadLetters.MAX_ITEM_BYTES;
            });
    return new Page(items, last);
  }

  /**
   * Replays the letters that match, the oldest first: their files become pending in their jobs'
   * ledgers.
   *
   * @param max how many at most
   */
  public Changed replay(Stage stage, DeadLetterFilter filter, int max) {
    return change(stage, filter, max, id -> letters.revive(stage, id));
  }

  /** Replays the letters with these ids. One that is gone is not done. */
  public Changed replay(Stage stage, List<String> ids) {
    return change(ids, id -> letters.revive(stage, id));
  }

  /**
   * Discards the letters that match, the oldest first. The ledgers do not change: a file that
   * failed stays failed.
   *
   * @param max how many at most
   */
  public Changed discard(Stage stage, DeadLetterFilter filter, int max) {
    return change(stage, filter, max, id -> remove(stage, id));
  }

  /** Discards the letters with these ids. One that is gone is not done. */
  public Changed discard(Stage stage, List<String> ids) {
    return change(ids, id -> remove(stage, id));
  }

  private interface Change {
    DeadLetters.Revived apply(String id);
  }

  /** Two callers may remove or replay the same entry: Redis reports it as present to one only. */
  private DeadLetters.Revived remove(Stage stage, String id) {
    return redis.call(c -> c.xdel(letters.name(stage), id)) == 1
        ? DeadLetters.Revived.OK
        : DeadLetters.Revived.GONE;
  }

  /** Counts what a call does; {@code left} is known at its end. */
  private static final class Sums {
    private long done;
    private long failed;
    private DeadLetters.Kept kept = DeadLetters.Kept.NONE;
    private long left;

    void add(DeadLetters.Revived one) {
      done += one == DeadLetters.Revived.OK ? 1 : 0;
      failed += one == DeadLetters.Revived.UNREADABLE ? 1 : 0;
      kept = kept.and(one);
    }

    Changed changed(boolean complete) {
      return new Changed(done, failed, kept, left, complete);
    }
  }

  private Changed change(List<String> ids, Change change) {
    long end = clock.nanos() + MAX_CHANGE_TIME.toNanos();
    Sums sums = new Sums();
    int at = 0;
    for (; at < ids.size() && clock.nanos() - end < 0; at++) {
      sums.add(change.apply(ids.get(at)));
    }
    sums.left = (long) ids.size() - at;
    return sums.changed(true);
  }

  private Changed change(Stage stage, DeadLetterFilter filter, int max, Change change) {
    long start = clock.nanos();
    Sums sums = new Sums();
    String next =
        read(
            stage,
            null,
            new Bounds(Integer.MAX_VALUE, start + MAX_CHANGE_TIME.toNanos()),
            entry -> {
              if (filter.matches(DeadLetterFilter.Facts.of(DeadLetters.read(entry)))) {
                // A replayed file may fail again and come back, so the call ends with its letters.
                if (sums.done < max) {
                  sums.add(change.apply(entry.getId()));
                } else {
                  sums.left++;
                }
              }
              return sums.done < max || clock.nanos() - start < MAX_TIME.toNanos();
            });
    return sums.changed(next == null);
  }

  /**
   * How far a call reads.
   *
   * @param end on the monotonic clock, in nanoseconds
   */
  private record Bounds(int letters, long end) {}

  /**
   * Passes the letters that are there now to {@code taker}, oldest first, until it returns false.
   *
   * @param after id of the letter before the first; null for the oldest
   * @return id of the last letter that was passed; null if no more follow
   */
  private @Nullable String read(
      Stage stage,
      @Nullable String after,
      Bounds bounds,
      Predicate<StreamMessage<String, String>> taker) {
    List<StreamMessage<String, String>> newest =
        redis.call(c -> c.xrevrange(letters.name(stage), Range.unbounded(), Limit.from(1)));
    if (newest.isEmpty()) {
      return null;
    }
    Range.Boundary<String> last = Range.Boundary.including(newest.getFirst().getId());
    String at = after;
    for (int read = 0; ; ) {
      Range<String> rest =
          Range.from(at == null ? Range.Boundary.unbounded() : Range.Boundary.excluding(at), last);
      List<StreamMessage<String, String>> page =
          redis.call(c -> c.xrange(letters.name(stage), rest, Limit.from(PAGE)));
      for (StreamMessage<String, String> entry : page) {
        at = entry.getId();
        if (!taker.test(entry) || ++read == bounds.letters) {
          return at.equals(newest.getFirst().getId()) ? null : at;
        }
      }
      if (page.size() < PAGE) {
        return null;
      }
      if (clock.nanos() - bounds.end >= 0) {
        return at;
      }
    }
  }

  private static long millis(String id) {
    return Long.parseLong(id.substring(0, id.indexOf('-')));
  }
}
