package io.dsxconnect.core.attention;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.redis.Redis;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * The list of what needs a person's attention, collected from all sources at most once per second
 * for all callers. Thread-safe.
 */
@ThreadSafe
public final class Attention {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** The most urgent ones; nobody reads more. */
  static final int MAX_ITEMS = 200;

  private static final Comparator<Item> MOST_URGENT_FIRST =
      Comparator.comparing((Item item) -> item.trouble().severity())
          .thenComparing(item -> item.trouble().kind())
          .thenComparingLong(Item::since)
          .thenComparing(item -> item.trouble().id());

  private final List<TroubleSource> sources;
  private final Onsets onsets;
  private final Memo<Reading> reading;

  /**
   * @param nanos a monotonic clock, in nanoseconds
   */
  public Attention(Redis redis, List<TroubleSource> sources, LongSupplier nanos) {
    this.sources = List.copyOf(sources);
    this.onsets = new Onsets(redis);
    this.reading = new Memo<>(this::read, INTERVAL, nanos);
  }

  /**
   * One trouble and since when it lasts.
   *
   * @param since seconds since the epoch
   */
  public record Item(Trouble trouble, long since) {}

  /**
   * The list at one time.
   *
   * @param at seconds since the epoch
   * @param items the most urgent first, at most 200
   */
  public record Reading(long at, List<Item> items) {}

  /**
   * The list, at most a second old. May block for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when it does not answer
   */
  public Reading now() {
    return reading.get();
  }

  private Reading read() {
    List<Trouble> troubles = sources.stream().flatMap(source -> source.find().stream()).toList();
    long now = onsets.now();
    Map<String, Long> since =
        onsets.of(troubles.stream().map(Trouble::id).collect(Collectors.toSet()), now);
    List<Item> items =
        troubles.stream()
            .map(trouble -> new Item(trouble, since(trouble, since)))
            .sorted(MOST_URGENT_FIRST)
            .limit(MAX_ITEMS)
            .toList();
    return new Reading(now, items);
  }

  private static long since(Trouble trouble, Map<String, Long> onsets) {
    Long known = trouble.facts().since();
    return known == null ? onsets.getOrDefault(trouble.id(), 0L) : known;
  }
}
