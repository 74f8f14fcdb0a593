package io.dsxconnect.core.siem;

import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.SetArgs;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XTrimArgs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The events that wait to be sent, in the order of recording, and the last ones sent. {@code
 * handoff.lua} adds an event together with its record. A lease decides which process sends. Every
 * method blocks for Redis and throws {@link io.dsxconnect.core.redis.RedisUnavailableException}
 * when it does not answer. Thread-safe.
 */
public final class SiemOutbox {
  private static final String SENT_AT = "at";

  private final Redis redis;
  private final String stream;
  private final String sent;
  private final String lease;

  public SiemOutbox(Redis redis) {
    this.redis = redis;
    this.stream = redis.keys().of(Key.SIEM);
    this.sent = redis.keys().of(Key.SIEM_SENT);
    this.lease = redis.keys().of(Key.SIEM_LEASE);
  }

  /**
   * An event.
   *
   * @param id in the stream; starts with the time of addition in milliseconds
   * @param number consecutive, so that a gap shows how many events were dropped
   */
  record Entry(String id, long number, String json) {
    /** The position before the first event. */
    static final Entry NONE = new Entry("0-0", 0, "");

    /** The time at which it was added, by Redis' clock. */
    Instant added() {
      return Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('-'))));
    }
  }

  /**
   * Takes or renews the lease.
   *
   * @param me identifies the caller among the processes that may send
   * @param time of the lease
   * @return whether the caller may send, for {@code time} from this call
   */
  boolean lead(String me, Duration time) {
    String holder =
        redis.call(
            c -> {
              c.set(lease, me, SetArgs.Builder.nx().px(time.toMillis()));
              return c.get(lease);
            });
    // Two holders for a moment would send some events twice, under the same event ids.
    return me.equals(holder) && redis.call(c -> c.pexpire(lease, time.toMillis()));
  }

  /**
   * Gives up the lease, if the caller holds it.
   *
   * @param settled whether everything that was sent has certainly left this process; then the next
   *     sender repeats no events
   */
  void stepDown(String me, boolean settled) {
    if (me.equals(redis.call(c -> c.get(lease)))) {
      if (settled) {
        redis.call(c -> c.hdel(sent, SENT_AT));
      }
      redis.call(c -> c.del(lease));
    }
  }

  /** The time by Redis' clock, which also dates the events. */
  public Instant now() {
    return Instant.ofEpochSecond(Long.parseLong(redis.call(c -> c.time()).getFirst()));
  }

  /** When the last event was sent; empty when its sender stopped properly, or none was sent. */
  Optional<Instant> lastSentAt() {
    return Optional.ofNullable(redis.call(c -> c.hget(sent, SENT_AT)))
        .map(at -> Instant.ofEpochSecond(Long.parseLong(at)));
  }

  /** The last event that was sent; {@link Entry#NONE} when none was. */
  Entry lastSent() {
    Map<String, String> last = redis.call(c -> c.hgetall(sent));
    return new Entry(
        last.getOrDefault("id", Entry.NONE.id()),
        Long.parseLong(last.getOrDefault("number", "0")),
        "");
  }

  /** Records this event, and all before it, as sent now. */
  void markSent(Entry entry) {
    String at = Long.toString(now().getEpochSecond());
    redis.call(
        c -> c.hset(sent, Map.of("id", entry.id(), "number", "" + entry.number(), SENT_AT, at)));
  }

  /** Events after {@code id}, oldest first. */
  List<Entry> after(String id, int limit) {
    return entries(
        redis.call(
            c ->
                c.xrange(
                    stream,
                    Range.from(Range.Boundary.excluding(id), Range.Boundary.unbounded()),
                    Limit.from(limit))));
  }

  /** Events up to and including {@code id}, newest first. */
  List<Entry> before(String id, int limit) {
    return entries(
        redis.call(
            c ->
                c.xrevrange(
                    stream,
                    Range.from(Range.Boundary.unbounded(), Range.Boundary.including(id)),
                    Limit.from(limit))));
  }

  private static List<Entry> entries(List<StreamMessage<String, String>> messages) {
    return messages.stream()
        .map(
            m ->
                new Entry(
                    m.getId(),
                    Long.parseLong(m.getBody().getOrDefault("n", "0")),
                    m.getBody().getOrDefault("e", "{}")))
        .toList();
  }

  /** Deletes events older than {@code id}; may keep some of them. */
  void forgetBefore(String id) {
    redis.call(c -> c.xtrim(stream, new XTrimArgs().minId(id).approximateTrimming()));
  }

  /** When the oldest event that waits was added, by Redis' clock; empty when none waits. */
  public Optional<Instant> waitingSince() {
    return after(lastSent().id(), 1).stream().findFirst().map(Entry::added);
  }

  /** Whether a process sends events, or tries to. */
  public boolean hasSender() {
    return redis.call(c -> c.exists(lease)) > 0;
  }

  /** How many events wait. */
  public long waiting() {
    String newest = redis.call(c -> c.get(redis.keys().of(Key.SIEM_SEQ)));
    return newest == null ? 0 : Math.max(0, Long.parseLong(newest) - lastSent().number());
  }
}
