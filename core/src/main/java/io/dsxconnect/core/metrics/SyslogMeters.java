package io.dsxconnect.core.metrics;

import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.siem.SiemOutbox;
import io.dsxconnect.core.siem.SyslogSender;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** How the SIEM is told: one of the processes sends, the others show 0. */
public final class SyslogMeters implements MeterBinder {
  private final SyslogSender sender;
  private final SiemOutbox outbox;

  public SyslogMeters(SyslogSender sender, SiemOutbox outbox) {
    this.sender = sender;
    this.outbox = outbox;
  }

  private double waiting() {
    try {
      return outbox.waiting();
    } catch (RedisUnavailableException e) {
      return Double.NaN;
    }
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    FunctionCounter.builder("dsx.syslog.sent", sender, SyslogSender::sent)
        .description("events sent by this process, repeats included")
        .register(meters);
    Gauge.builder("dsx.syslog.connected", sender, s -> s.connected() ? 1 : 0)
        .description("whether this process is connected to the collector")
        .strongReference(true)
        .register(meters);
    Gauge.builder("dsx.syslog.backlog", this, SyslogMeters::waiting)
        .description("events that wait")
        .strongReference(true)
        .register(meters);
  }
}
