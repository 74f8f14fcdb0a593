package io.dsxconnect.core.api;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.summary.ConnectorSummaries;
import io.dsxconnect.core.summary.ConnectorSummary;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The connectors with their work, those that are gone included. Thread-safe. */
public final class ConnectorSummaryResource implements RouteTable.Resource {
  private static final String HEARTBEATS_STOPPED = "its heartbeats stopped";

  private final ConnectorSummaries summaries;

  public ConnectorSummaryResource(ConnectorSummaries summaries) {
    this.summaries = summaries;
  }

  record Summaries(List<SummaryView> connectors) {}

  /** Times in seconds since the epoch. */
  record LastScan(
      String jobId,
      String status,
      @Nullable Long startedAt,
      @Nullable Long finishedAt,
      @Nullable String reason,
      Ledger ledger) {

    static LastScan of(Job job) {
      return new LastScan(
          job.id(),
          job.status(),
          time(job, "started_at"),
          time(job, "finished_at"),
          job.fields().get("reason"),
          job.ledger());
    }

    private static @Nullable Long time(Job job, String field) {
      return job.fields().containsKey(field) ? (Long) job.number(field) : null;
    }
  }

  /** A connector and its work; times in seconds since the epoch. */
  record SummaryView(
      ConnectorInstance connector,
      ConnectorSummary.State state,
      long lastHeartbeatAt,
      @Nullable Long goneSince,
      @Nullable String goneReason,
      @Nullable Long waiting,
      boolean setAside,
      @Nullable String activeJob,
      @Nullable LastScan lastScan) {

    static SummaryView of(ConnectorSummary summary) {
      Long goneSince = summary.presence().goneSince();
      Job scan = summary.lastScan();
      return new SummaryView(
          summary.presence().connector(),
          summary.state(),
          summary.presence().lastHeartbeatAt(),
          goneSince,
          goneSince == null ? null : HEARTBEATS_STOPPED,
          summary.waiting(),
          summary.setAside(),
          summary.activeJob(),
          scan == null ? null : LastScan.of(scan));
    }
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get(
                Routes.CONNECTORS + "/summary",
                Access.VIEWER,
                "List the connectors with their work, those that are gone included")
            .answers(200, "The connectors, by name", Summaries.class)
            .to(
                call ->
                    call.answer(
                        200,
                        new Summaries(summaries.all().stream().map(SummaryView::of).toList()))));
  }
}
