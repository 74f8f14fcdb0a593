package io.dsxconnect.core.record;

import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.StoredJob;
import io.lettuce.core.Range;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
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
    long oldest = number(redis, Key.OLDEST, 1);
    long newest = number(redis, Key.SEQ, 0);
    Long cursor = query.cursor();
    boolean ascending = query.ascending();
    long from = cursor != null && ascending ? Math.max(oldest, cursor + 1) : oldest;
    long to = cursor != null && !ascending ? Math.min(newest, cursor - 1) : newest;
    List<String> parts = RecordIndex.parts(query.filter());
    String job = query.job();
    long first = parts.isEmpty() ? Long.MAX_VALUE : index.first();
    if (job != null && !helps(index, parts, Math.max(oldest, first), redis, job)) {
      return new OfJob(redis, job, query);
    }
    if (first > to) {
      return new All(from, to, ascending);
    }
    RecordNumbers indexed =
        new Indexed(index, parts, new All(Math.max(from, first), to, ascending));
    RecordNumbers before = new All(from, first - 1, ascending);
    return ascending ? new Both(before, indexed) : new Both(indexed, before);
  }

  /** Whether the index covers all records of a job, and lists fewer of them than the job. */
  private static boolean helps(
      RecordIndex index, List<String> parts, long first, Redis redis, String job) {
    if (parts.isEmpty()) {
      return false;
    }
    String list = redis.keys().of(Key.JOB_RESULTS, job);
    long records = redis.call(c -> c.llen(list));
    String oldest = records > SMALL_JOB ? redis.call(c -> c.lindex(list, 0)) : null;
    return oldest != null && Long.parseLong(oldest) >= first && index.count(parts, first) < records;
  }

  private static long number(Redis redis, Key key, long absent) {
    String value = redis.call(c -> c.get(redis.keys().of(key)));
    return value == null ? absent : Long.parseLong(value);
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
    private long at;
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
      boolean ascending = query.ascending();
      long begin = ascending ? at : -at - PAGE_NUMBERS;
      long end = ascending ? at + PAGE_NUMBERS - 1 : -at - 1;
      List<String> numbers = new ArrayList<>(ofJob(redis, job, begin, end));
      at += PAGE_NUMBERS;
      ended = numbers.size() < PAGE_NUMBERS;
      if (!ascending) {
        Collections.reverse(numbers);
      }
      numbers.stream().map(Long::parseLong).filter(query::afterCursor).forEach(read::addLast);
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
  private static final class Both extends RecordNumbers {
    private final RecordNumbers first;
    private final RecordNumbers second;

    Both(RecordNumbers first, RecordNumbers second) {
      this.first = first;
      this.second = second;
    }

    @Override
    List<Long> next(int most) {
      List<Long> page = first.next(most);
      return page.isEmpty() ? second.next(most) : page;
    }
  }
}
