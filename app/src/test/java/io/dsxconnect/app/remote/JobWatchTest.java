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
  private final AtomicBoolean down = new AtomicBoolean();
  private final AtomicLong nanos = new AtomicLong();
  private final List<String> notices = new ArrayList<>();
  private final RemoteJob job = new RemoteJob(JsonNodeFactory.instance.objectNode());
  private final JobWatch watch =
      new JobWatch(this::fetch, Duration.ofSeconds(60), nanos::get, notices::add);

  private RemoteJob fetch() {
    if (down.get()) {
      throw new Remote.NoAnswer("no response from http://core;");
    }
    return job;
  }

  @Test
  void bug_a_watch_ended_with_the_restart_of_the_api() {
    assertThat(watch.poll()).isSameAs(job);
    down.set(true);
    assertThat(watch.poll()).isNull();
    nanos.addAndGet(Duration.ofSeconds(59).toNanos());
    assertThat(watch.poll()).isNull();
    down.set(false);
    assertThat(watch.poll()).isSameAs(job);
    assertThat(notices)
        .containsExactly(
            "no response from http://core; The job continues; waiting up to 60 s",
            "the API is back");
  }

  @Test
  void an_api_that_stays_down_ends_the_watch() {
    down.set(true);
    assertThat(watch.poll()).isNull();
    nanos.addAndGet(Duration.ofSeconds(61).toNanos());
    assertThatThrownBy(watch::poll).isInstanceOf(Remote.NoAnswer.class);
  }
}
