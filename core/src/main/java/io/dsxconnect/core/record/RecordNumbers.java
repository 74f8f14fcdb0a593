package io.dsxconnect.core.record;

import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.StoredJob;
import io.lettuce.core.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of the records that a query may match, in its order, page by page. Blocks for Redis.
 * Confined to one thread.
 */
abstract sealed class RecordNumbers {
  /** Numbers are short, so more of them than records are read per call. */
  private static final int PAGE_NUMBERS = 1000;

  /** A job with fewer records is searched without the index. */
  private static final long SMALL_JOB = 500;

  private RecordNumbers() {}

  /** The next numbers, at most {@code most}; none at the end. */
  abstract List<Long> next(int most);

  /** Finds the source that costs least. */
  static RecordNumbers of(ResultQuery query, Redis redis, RecordIndex index) {
    RecordIndex.Bounds bounds = index.bounds();
    Long cursor = query.cursor();
    boolean ascending = query.ascending();
    long from =
        cursor != null && ascending ? Math.max(bounds.oldest(), cursor + 1) : bounds.oldest();
    long to =
        cursor != null && !ascending ? Math.min(bounds.newest(), cursor - 1) : bounds.newest();
    List<String> parts = RecordIndex.parts(query.filter());
    String job = query.job();
    if (job != null && !helps(index, parts, bounds, redis, job)) {
      return new OfJob(redis, job, query);
    }
    long first = Math.max(from, bounds.first());
    long last = Math.min(to, bounds.last());
    if (parts.isEmpty() || first > last) {
      return new All(from, to, ascending);
    }
    List<RecordNumbers> sources =
        List.of(
            new All(from, first - 1, ascending),
            new Indexed(index, parts, new All(first, last, ascending)),
            new All(last + 1, to, ascending));
    return new Chain(ascending ? sources : sources.reversed());
  }

  /** Whether the index covers all records of a job, and lists fewer of them than the job. */
  private static boolean helps(
      RecordIndex index, List<String> parts, RecordIndex.Bounds bounds, Redis redis, String job) {
    if (parts.isEmpty() || !bounds.coversNewest()) {
      return false;
    }
    String list = redis.keys().of(Key.JOB_RESULTS, job);
    long records = redis.call(c -> c.llen(list));
    String oldest = records > SMALL_JOB ? redis.call(c -> c.lindex(list, 0)) : null;
    long first = Math.max(bounds.oldest(), bounds.first());
    return oldest != null && Long.parseLong(oldest) >= first && index.count(parts, first) < records;
  }

  /**
   * Numbers of a job's records in the order of recording; positions as in LRANGE. An archived job
   * has no list.
   */
  static List<String> ofJob(Redis redis, String job, long begin, long end) {
    String list = redis.keys().of(Key.JOB_RESULTS, job);
    List<String> numbers = redis.call(c -> c.lrange(list, begin, end));
    boolean first = begin == 0 || end == -1;
    if (!numbers.isEmpty() || !first) {
      return numbers;
    }
    Optional<StoredJob> stored = StoredJob.find(redis, job);
    if (stored.isEmpty() || stored.get().archived()) {
      return stored.map(StoredJob::record).map(List::of).orElse(List.of());
    }
    // It may have been unpacked after the first read.
    return redis.call(c -> c.lrange(list, begin, end));
  }

  /** All numbers of a range. */
  static final class All extends RecordNumbers {
    private long low;
    private long high;
    private final boolean ascending;

    All(long low, long high, boolean ascending) {
      this.low = low;
      this.high = high;
      this.ascending = ascending;
    }

    @Override
    List<Long> next(int most) {
      List<Long> page = new ArrayList<>();
      while (page.size() < most && low <= high) {
        page.add(ascending ? low++ : high--);
      }
      return page;
    }
  }

  /** The numbers in a job's list. */
  private static final class OfJob extends RecordNumbers {
    private final Redis redis;
    private final String job;
    private final ResultQuery query;
    private final Deque<Long> read = new ArrayDeque<>();

    /** The next position of an ascending search. */
    private long at;

    /** The position above the next page of a descending one; negative before the first. */
    private long above = -1;

    /** The lowest number of a descending search so far. */
    private long passed = Long.MAX_VALUE;

    private boolean ended;

    OfJob(Redis redis, String job, ResultQuery query) {
      this.redis = redis;
      this.job = job;
      this.query = query;
    }

    @Override
    List<Long> next(int most) {
      while (read.isEmpty() && !ended) {
        readMore();
      }
      List<Long> page = new ArrayList<>();
      while (page.size() < most && !read.isEmpty()) {
        page.add(read.removeFirst());
      }
      return page;
    }

    private void readMore() {
      if (query.ascending()) {
        List<String> numbers = ofJob(redis, job, at, at + PAGE_NUMBERS - 1);
        at += PAGE_NUMBERS;
        ended = numbers.size() < PAGE_NUMBERS;
        numbers.stream().map(Long::parseLong).filter(query::afterCursor).forEach(read::addLast);
      } else {
        readOlder();
      }
    }

    /**
     * Positions from the end of the list would move with each new record. Those from its begin move
     * when older records are deleted, so numbers that were passed are left out.
     */
    private void readOlder() {
      if (above < 0) {
        above = redis.call(c -> c.llen(redis.keys().of(Key.JOB_RESULTS, job)));
      }
      long begin = Math.max(0, above - PAGE_NUMBERS);
      List<String> numbers = ofJob(redis, job, begin, above - 1);
      above = begin;
      ended = begin == 0;
      for (String text : numbers.reversed()) {
        long number = Long.parseLong(text);
        if (number < passed) {
          passed = number;
          if (query.afterCursor(number)) {
            read.addLast(number);
          }
        }
      }
    }
  }

  /** The numbers in some parts of the index, merged. */
  private static final class Indexed extends RecordNumbers {
    private final List<Part> parts;
    private final boolean ascending;
    private long last = -1;

    Indexed(RecordIndex index, List<String> parts, All range) {
      this.ascending = range.ascending;
      this.parts =
          parts.stream()
              .map(part -> new Part(index, part, range.low, range.high, ascending))
              .toList();
    }

    @Override
    List<Long> next(int most) {
      List<Long> page = new ArrayList<>();
      while (page.size() < most) {
        Part nearest = nearest();
        if (nearest == null) {
          return page;
        }
        long number = nearest.take();
        // A file that is replayed meanwhile may be in two parts.
        if (number != last) {
          page.add(number);
          last = number;
        }
      }
      return page;
    }

    private @Nullable Part nearest() {
      Part nearest = null;
      for (Part part : parts) {
        Long head = part.head();
        Long best = nearest == null ? null : nearest.head();
        if (head != null && (best == null || (ascending ? head < best : head > best))) {
          nearest = part;
        }
      }
      return nearest;
    }
  }

  /** One part of the index. */
  private static final class Part {
    private final RecordIndex index;
    private final String name;
    private final boolean ascending;
    private final Deque<Long> read = new ArrayDeque<>();
    private long low;
    private long high;

    Part(RecordIndex index, String name, long low, long high, boolean ascending) {
      this.index = index;
      this.name = name;
      this.low = low;
      this.high = high;
      this.ascending = ascending;
    }

    @Nullable Long head() {
      if (read.isEmpty() && low <= high) {
        List<Long> page = index.numbers(name, Range.create(low, high), ascending, PAGE_NUMBERS);
        read.addAll(page);
        if (page.size() < PAGE_NUMBERS) {
          low = high + 1;
        } else if (ascending) {
          low = page.getLast() + 1;
        } else {
          high = page.getLast() - 1;
        }
      }
      return read.peekFirst();
    }

    long take() {
      return read.removeFirst();
    }
  }

  /** One source after the other. */
  private static final class Chain extends RecordNumbers {
    private final Deque<RecordNumbers> sources;

    Chain(List<RecordNumbers> sources) {
      this.sources = new ArrayDeque<>(sources);
    }

    @Override
    List<Long> next(int most) {
      while (!sources.isEmpty()) {
        List<Long> page = sources.getFirst().next(most);
        if (!page.isEmpty()) {
          return page;
        }
        sources.removeFirst();
      }
      return List.of();
    }
  }
}
