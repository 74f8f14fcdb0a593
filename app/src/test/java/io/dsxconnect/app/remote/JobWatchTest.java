package io.dsxconnect.app.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class JobWatchTest {
  private final AtomicBoolean away = new AtomicBoolean();
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> said = new ArrayList<>();
  private final RemoteJob job = new RemoteJob(JsonNodeFactory.instance.objectNode());
  private final JobWatch watch =
      new JobWatch(this::ask, Duration.ofSeconds(60), nanos::get, said::add);

  private RemoteJob ask() {
    if (away.get()) {
      throw new Remote.NoAnswer("no answer from http://core;");
    }
    return job;
  }

  @Test
  void bug_a_watch_ended_with_the_restart_of_the_api() {
    assertThat(watch.look()).isSameAs(job);
    away.set(true);
    assertThat(watch.look()).isNull();
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(watch.look()).isNull();
    away.set(false);
    assertThat(watch.look()).isSameAs(job);
    assertThat(said)
        .containsExactly(
            "no answer from http://core; The job goes on; waiting up to 60 s", "the API is back");
  }

  @Test
  void an_api_that_stays_away_ends_the_watch() {
    away.set(true);
    assertThat(watch.look()).isNull();
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThatThrownBy(watch::look).isInstanceOf(Remote.NoAnswer.class);
  }
}
