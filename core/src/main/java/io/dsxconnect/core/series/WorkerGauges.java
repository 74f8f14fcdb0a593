package io.dsxconnect.core.series;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.queue.Stage;
import io.dsxconnect.core.worker.LiveWorker;
import io.dsxconnect.core.worker.WorkerReport;
import io.dsxconnect.core.worker.WorkerReports;
import java.util.HashMap;
import java.util.Map;

/** Supplies the tasks and the limits of all live workers, by stage. Thread-safe. */
@ThreadSafe
public final class WorkerGauges implements GaugeSource {
  private final WorkerReports reports;

  public WorkerGauges(WorkerReports reports) {
    this.reports = reports;
  }

  @Override
  public Map<Metric, Double> gauges() {
    Map<Metric, Double> gauges = new HashMap<>();
    for (LiveWorker worker : reports.live()) {
      for (Stage stage : Stage.values()) {
        if (stage.queue().equals(worker.report().identity().queue())) {
          WorkerReport.Load load = worker.report().load();
          gauges.merge(Metric.workerTasks(stage), (double) load.tasks(), Double::sum);
          gauges.merge(Metric.workerLimit(stage), (double) load.limit(), Double::sum);
        }
      }
    }
    return gauges;
  }
}
