package io.dsxconnect.core.attention;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.core.RedisFixture;
import io.dsxconnect.core.TestClock;
import io.dsxconnect.core.attention.Trouble.Subject;
import io.dsxconnect.core.attention.Trouble.Words;
import io.dsxconnect.core.connector.Registry;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.siem.SiemOutbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttentionTest extends RedisFixture {
  private final TestClock clock = new TestClock();
  private final List<Trouble> troubles = new ArrayList<>();
  private final AtomicInteger asked = new AtomicInteger();

  private Attention attention() {
    return new Attention(
        redis,
        List.of(
            () -> {
              asked.incrementAndGet();
              return List.copyOf(troubles);
            }),
        clock::nanos);
  }

  private static Trouble trouble(Kind kind, String id) {
    return Trouble.of(kind, "/x", new Words("summary", "detail"))
        .about(new Subject("thing", id, id));
  }

  private Map<String, String> stored() {
    return redis.call(c -> c.hgetall(redis.keys().of(Key.ATTENTION)));
  }

  @Test
  void since_outlives_the_process_and_ends_with_the_trouble() {
    troubles.add(trouble(Kind.SCANNER_BUSY, "a"));
    long first = attention().now().items().getFirst().since();
    redis.call(
        c -> c.hset(redis.keys().of(Key.ATTENTION), "scanner_busy:a", Long.toString(first - 500)));
    assertThat(attention().now().items().getFirst().since()).isEqualTo(first - 500);
    troubles.clear();
    assertThat(attention().now().items()).isEmpty();
    assertThat(stored()).isEmpty();
    troubles.add(trouble(Kind.SCANNER_BUSY, "a"));
    assertThat(attention().now().items().getFirst().since()).isGreaterThanOrEqualTo(first);
  }

  @Test
  void the_list_is_given_while_redis_is_full() {
    Attention attention = attention();
    redis.call(c -> c.configSet("maxmemory", "1"));
    try {
      troubles.add(trouble(Kind.INTAKE_CLOSED, "a"));
      long since = attention.now().items().getFirst().since();
      clock.advance(Duration.ofSeconds(5));
      assertThat(attention.now().items().getFirst().since()).isEqualTo(since);
      assertThat(stored()).isEmpty();
    } finally {
      redis.call(c -> c.configSet("maxmemory", "0"));
    }
    clock.advance(Duration.ofSeconds(5));
    assertThat(attention.now().items()).hasSize(1);
    assertThat(stored()).containsKey("intake_closed:a");
  }

  @Test
  void a_source_that_knows_the_time_decides_it() {
    troubles.add(trouble(Kind.CONNECTOR_GONE, "a").since(123));
    assertThat(attention().now().items().getFirst().since()).isEqualTo(123);
  }

  @Test
  void the_most_urgent_come_first() {
    troubles.add(trouble(Kind.SCANNER_BUSY, "a"));
    troubles.add(trouble(Kind.CONNECTOR_GONE, "young").since(20));
    troubles.add(trouble(Kind.CONNECTOR_GONE, "old").since(10));
    troubles.add(trouble(Kind.CONNECTOR_GONE, "urgent").since(30).as(Severity.CRITICAL));
    troubles.add(trouble(Kind.MALICIOUS_ACTION_FAILED, "m"));
    assertThat(attention().now().items())
        .extracting(item -> Objects.requireNonNull(item.trouble().subject()).id())
        .containsExactly("m", "urgent", "old", "young", "a");
  }

  @Test
  void all_callers_share_one_reading_per_second() {
    Attention attention = attention();
    IntStream.range(0, 10).forEach(i -> assertThat(attention.now().items()).isEmpty());
    assertThat(asked).hasValue(1);
    clock.advance(Duration.ofSeconds(1));
    troubles.add(trouble(Kind.SCANNER_BUSY, "a"));
    assertThat(attention.now().items()).hasSize(1);
    assertThat(asked).hasValue(2);
  }

  @Test
  void at_most_200_are_listed() {
    IntStream.range(0, 300)
        .forEach(i -> troubles.add(trouble(Kind.CONNECTOR_GONE, "c" + i).since(i)));
    assertThat(attention().now().items()).hasSize(Attention.MAX_ITEMS);
  }

  @Test
  void events_that_wait_for_the_collector_are_trouble_after_30_s() {
    SiemOutbox outbox = new SiemOutbox(redis);
    SyslogTrouble source = new SyslogTrouble(outbox, true);
    assertThat(source.find()).isEmpty();
    long now = outbox.now().getEpochSecond();
    add(1, now - 20);
    assertThat(source.find()).isEmpty();
    redis.call(c -> c.del(redis.keys().of(Key.SIEM)));
    add(1, now - 40);
    Trouble trouble = source.find().getFirst();
    assertThat(trouble.kind()).isEqualTo(Kind.SYSLOG_UNAVAILABLE);
    assertThat(trouble.count()).isEqualTo(1);
    assertThat(trouble.facts().since()).isEqualTo(now - 40);
    SyslogTrouble unset = new SyslogTrouble(outbox, false);
    assertThat(unset.find()).as("events left over when the collector was unset").isEmpty();
    redis.call(c -> c.set(redis.keys().of(Key.SIEM_LEASE), "another process"));
    assertThat(unset.find()).hasSize(1);
  }

  private void add(int number, long seconds) {
    redis.call(c -> c.set(redis.keys().of(Key.SIEM_SEQ), Integer.toString(number)));
    redis.call(
        c ->
            c.xadd(
                redis.keys().of(Key.SIEM),
                new io.lettuce.core.XAddArgs().id(seconds * 1000 + "-0"),
                Map.of("n", Integer.toString(number), "e", "{}")));
  }

  @Test
  void the_sources_of_an_empty_platform_find_only_that_it_has_no_scanner() {
    Registry registry = new Registry(redis, clock, "dev", url -> true);
    Attention attention =
        new Attention(
            redis,
            TroubleSources.all(
                redis, registry, new TroubleSources.Configured(false, false), clock, clock::nanos),
            clock::nanos);
    assertThat(attention.now().items())
        .extracting(item -> item.trouble().kind())
        .containsExactly(Kind.SCANNER_NOT_CONFIGURED);
  }
}
