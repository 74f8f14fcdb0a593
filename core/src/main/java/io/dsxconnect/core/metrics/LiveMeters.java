package io.dsxconnect.core.metrics;

import io.dsxconnect.core.live.LiveFeed;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The clients of the live feed of this process. Thread-safe. */
public final class LiveMeters implements MeterBinder {
  private final LiveFeed feed;

  public LiveMeters(LiveFeed feed) {
    this.feed = feed;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Gauge.builder("dsx.live.streams", feed, LiveFeed::clients)
        .description("Clients of the live feed")
        .strongReference(true)
        .register(meters);
    FunctionCounter.builder("dsx.live.unreadable.events", feed, LiveFeed::unreadable)
        .description("Events that the live feed could not read and skipped")
        .register(meters);
  }
}
