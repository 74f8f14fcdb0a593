package io.dsxconnect.core.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.contract.ScanRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The Redis time of takes and sweeps while very many connectors are down. */
class ManyLanesTest extends QueueFixture {
  private static final int FEW = 100;
  private static final int MANY = 10_000;
  private static final int CALLS = 100;
  private static final Pattern COST = Pattern.compile("cmdstat_evalsha:calls=(\\d+),usec=(\\d+)");

  @BeforeEach
  void syncNever() {
    redis.call(c -> c.configSet("appendfsync", "no"));
  }

  @AfterEach
  void syncAlways() {
    redis.call(c -> c.configSet("appendfsync", "always"));
  }

  /** Accepts one file per connector; returns the keys of the connectors. */
  private Set<String> acceptFilesOfDown(int from, int to) {
    Set<String> keys = new HashSet<>();
    List<ScanRequest> files = new ArrayList<>();
    for (int i = from; i < to; i++) {
      ScanRequest file = file("down" + i, "/x");
      files.add(file);
      keys.add(Origin.of(file).connectorKey());
    }
    for (int i = 0; i < files.size(); i += 1_000) {
      intake.accept("D", files.subList(i, Math.min(i + 1_000, files.size())));
    }
    return keys;
  }

  private void setAside(RedisStageQueue queue, Set<String> down) {
    for (int i = 0; i <= down.size() / 64; i++) {
      assertThat(queue.take(64, down)).isEmpty();
    }
  }

  /**
   * Microseconds of Redis per call. Only ratios of two results are meaningful: both depend on the
   * machine.
   */
  private double microsPerCall(RedisStageQueue queue, Set<String> down) {
    redis.call(c -> c.configResetstat());
    for (int i = 0; i < CALLS; i++) {
      assertThat(queue.take(64, down)).isEmpty();
      assertThat(queue.sweep(64)).isEmpty();
      // Adds up to more than the time for which lanes are set aside, so some are examined again.
      clock.advance(Duration.ofMillis(300));
    }
    Matcher cost = COST.matcher(redis.call(c -> c.info("commandstats")));
    assertThat(cost.find()).isTrue();
    return Double.parseDouble(cost.group(2)) / Double.parseDouble(cost.group(1));
  }

  @Test
  void bug_ten_thousand_lanes_of_connectors_that_are_down_cost_a_call_no_more_than_hundreds() {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Set<String> hundred = acceptFilesOfDown(0, FEW);
    setAside(queue, hundred);
    double few = microsPerCall(queue, hundred);
    Set<String> down = new HashSet<>(hundred);
    down.addAll(acceptFilesOfDown(FEW, MANY));
    setAside(queue, down);
    double many = microsPerCall(queue, down);
    assertThat(many / few).as("%s us with few, %s us with many", few, many).isLessThan(20);

    intake.accept("G", files("good", 100));
    int taken = 0;
    for (int calls = 0; calls < 10; calls++) {
      List<Task> tasks = queue.take(64, down);
      assertThat(tasks).allMatch(task -> task.job().equals("G"));
      taken += tasks.size();
    }
    assertThat(taken).isEqualTo(100);
  }

  @Test
  void the_files_of_three_thousand_connectors_are_taken_when_these_are_back() {
    RedisStageQueue queue = queue(Stage.SCAN, "w1");
    Set<String> down = acceptFilesOfDown(0, 3_000);
    setAside(queue, down);
    assertThat(takeAll(queue, Set.of())).hasSize(3_000);
  }
}
