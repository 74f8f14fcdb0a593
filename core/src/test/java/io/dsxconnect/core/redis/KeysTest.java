package io.dsxconnect.core.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Names of Redis keys, in Java and in Lua. */
class KeysTest {
  private final Keys keys = new Keys("prod", 0);

  @Test
  void a_name_begins_with_the_partition_and_holds_the_arguments() {
    assertThat(keys.of(Key.JOBS)).isEqualTo("dsx:prod:{p0}:jobs");
    assertThat(keys.of(Key.JOB, "%s:4711")).isEqualTo("dsx:prod:{p0}:job:%s:4711");
    assertThat(keys.of(Key.LANE, QueueName.SCAN.text(), "c1/J"))
        .isEqualTo("dsx:prod:{p0}:scan_request_queue:lane:c1/J");
  }

  @Test
  void a_name_with_too_few_or_too_many_arguments_is_not_made() {
    assertThatThrownBy(() -> keys.of(Key.LANE, "c1/J"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("key LANE takes 2 arguments, not 1");
    assertThatThrownBy(() -> keys.of(Key.JOBS, "J")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_lua_function_makes_the_same_name() {
    assertThat(Key.LANE.luaFunction())
        .isEqualTo("local function lane_key(a, b) return ARGV[1] .. a .. ':lane:' .. b end\n");
    assertThat(Key.JOBS.luaFunction())
        .isEqualTo("local function jobs_key() return ARGV[1] .. 'jobs' end\n");
  }
}
