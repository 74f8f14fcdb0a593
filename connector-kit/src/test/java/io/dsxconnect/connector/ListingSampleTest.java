package io.dsxconnect.connector;

import static org.assertj.core.api.Assertions.assertThat;

import io.dsxconnect.connector.filter.Filter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ListingSampleTest {
  private static final Duration TIME = Duration.ofSeconds(5);

  private final AtomicLong nanos = new AtomicLong();
  private final InMemoryRepository repository = InMemoryRepository.of(5);

  private ListingSample take(String filter, int locations, long files) throws Exception {
    return ListingSample.take(
        repository,
        Filter.parse(filter),
        new ListingSample.Bounds(locations, files, TIME),
        nanos::get);
  }

  @Test
  void a_listing_that_ends_is_complete() throws Exception {
    ListingSample found = take("", 2, 100);
    assertThat(found.locations()).containsExactly("/f00000", "/f00001");
    assertThat(found.files()).isEqualTo(5);
    assertThat(found.complete()).isTrue();
  }

  @Test
  void it_ends_at_the_number_of_files() throws Exception {
    ListingSample found = take("", 3, 3);
    assertThat(found.locations()).hasSize(3);
    assertThat(found.complete()).isFalse();
  }

  @Test
  void it_ends_when_its_time_is_up() throws Exception {
    repository.beforeFile = i -> nanos.addAndGet(TIME.toNanos() / 2);
    ListingSample found = take("", 10, 10);
    assertThat(found.files()).isEqualTo(2);
    assertThat(found.complete()).isFalse();
  }

  @Test
  void it_ends_in_time_although_the_filter_accepts_nothing() throws Exception {
    repository.reportLeftOut = true;
    repository.beforeFile = i -> nanos.addAndGet(TIME.toNanos() / 2);
    ListingSample found = take("*.zip", 10, 10);
    assertThat(found).isEqualTo(new ListingSample(java.util.List.of(), 0, false));
  }
}
