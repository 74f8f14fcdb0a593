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
 * Events that wait to be sent, in the order of recording, and the last that were: {@code
 * handoff.lua} adds them together with the record. A lease decides which process sends.
 */
public final class SiemOutbox {
  private static final String AT = "at";

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
   * @param number counts events, so that a gap shows how many were dropped
   */
  record Entry(String id, long number, String json) {
    /** Before the first. */
    static final Entry NONE = new Entry("0-0", 0, "");

    /** When it was added. */
    Instant added() {
      return Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('-'))));
    }
  }

  /** Whether the caller is the one that sends, for at least half of {@code time}. */
  boolean lead(String me, Duration time) {
    String holder =
        redis.call(
            c -> {
              c.set(lease, me, SetArgs.Builder.nx().px(time.toMillis()));
              return c.get(lease);
            });
    // Two that both think so for a moment send some events twice, under the same event ids.
    return me.equals(holder) && redis.call(c -> c.pexpire(lease, time.toMillis()));
  }

  /**
   * @param settled whether everything that was sent has surely left this process
   */
  void stepDown(String me, boolean settled) {
    if (me.equals(redis.call(c -> c.get(lease)))) {
      if (settled) {
        redis.call(c -> c.hdel(sent, AT));
      }
      redis.call(c -> c.del(lease));
    }
  }

  /** By Redis' clock, which also gives the events their times. */
  Instant now() {
    return Instant.ofEpochSecond(Long.parseLong(redis.call(c -> c.time()).getFirst()));
  }

  /** When the last event was sent; empty when its sender stopped in order, or there is none. */
  Optional<Instant> lastSentAt() {
    return Optional.ofNullable(redis.call(c -> c.hget(sent, AT)))
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

  void markSent(Entry entry) {
    String at = Long.toString(now().getEpochSecond());
    redis.call(c -> c.hset(sent, Map.of("id", entry.id(), "number", "" + entry.number(), AT, at)));
  }

  List<Entry> after(String id, int most) {
    return entries(
        redis.call(
            c ->
                c.xrange(
                    stream,
                    Range.from(Range.Boundary.excluding(id), Range.Boundary.unbounded()),
                    Limit.from(most))));
  }

  /** Events up to {@code id}, newest first. */
  List<Entry> before(String id, int most) {
    return entries(
        redis.call(
            c ->
                c.xrevrange(
                    stream,
                    Range.from(Range.Boundary.unbounded(), Range.Boundary.including(id)),
                    Limit.from(most))));
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

  /** Forgets what is older than {@code id}. */
  void forgetBefore(String id) {
    redis.call(c -> c.xtrim(stream, new XTrimArgs().minId(id).approximateTrimming()));
  }

  /** How many events wait. */
  public long waiting() {
    String newest = redis.call(c -> c.get(redis.keys().of(Key.SIEM_SEQ)));
    return newest == null ? 0 : Math.max(0, Long.parseLong(newest) - lastSent().number());
  }
}
