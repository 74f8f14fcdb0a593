package io.dsxconnect.core.metrics;

import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.queue.Worker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The tasks and the limit of one worker of this process. Thread-safe. */
public final class WorkerMeters implements MeterBinder {
  private final Stage stage;
  private final Worker worker;

  public WorkerMeters(Stage stage, Worker worker) {
    this.stage = stage;
    this.worker = worker;
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    Gauge.builder("dsx.worker.tasks", worker, Worker::inFlight)
        .description("Tasks in work now")
        .tag("queue", stage.queue())
        .strongReference(true)
        .register(meters);
    Gauge.builder("dsx.worker.limit", worker, Worker::limit)
        .description("Tasks that may be in work now")
        .tag("queue", stage.queue())
        .strongReference(true)
        .register(meters);
  }
}
