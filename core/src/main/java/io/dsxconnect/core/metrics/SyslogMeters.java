package io.dsxconnect.core.metrics;

import io.dsxconnect.core.redis.RedisUnavailableException;
import io.dsxconnect.core.siem.SiemOutbox;
import io.dsxconnect.core.siem.SyslogSender;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The output to the SIEM. One process sends; the others report 0 sent. Thread-safe. */
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
        .description("Events sent by this process, repeats included")
        .register(meters);
    Gauge.builder("dsx.syslog.connected", sender, s -> s.connected() ? 1 : 0)
        .description("1 while this process is connected to the collector, else 0")
        .strongReference(true)
        .register(meters);
    Gauge.builder("dsx.syslog.backlog", this, SyslogMeters::waiting)
        .description("Events that wait to be sent")
        .strongReference(true)
        .register(meters);
  }
}
