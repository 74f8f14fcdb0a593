package io.dsxconnect.core.api;

import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Ledger;
import io.dsxconnect.contract.Routes;
import io.dsxconnect.core.job.ActionCounts;
import io.dsxconnect.core.job.Job;
import io.dsxconnect.core.summary.ConnectorSummaries;
import io.dsxconnect.core.summary.ConnectorSummary;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The connectors with their work, those that are gone included. Thread-safe. */
public final class ConnectorSummaryResource implements RouteTable.Resource {
  private static final String HEARTBEATS_STOPPED = "its heartbeats stopped";

  /** Of 8 KiB each; connectors of one kind share theirs. */
  private static final int MAX_ICONS = 32;

  private final ConnectorSummaries summaries;

  public ConnectorSummaryResource(ConnectorSummaries summaries) {
    this.summaries = summaries;
  }

  /**
   * The answer.
   *
   * @param icons each icon of the connectors once, by the number that a connector names
   */
  record Summaries(List<SummaryView> connectors, Map<String, String> icons) {
    static Summaries of(List<ConnectorSummary> summaries) {
      Map<String, String> numbers = new LinkedHashMap<>();
      List<SummaryView> views = new ArrayList<>();
      for (ConnectorSummary summary : summaries) {
        views.add(SummaryView.of(summary, number(summary, numbers)));
      }
      Map<String, String> icons = new LinkedHashMap<>();
      numbers.forEach((icon, number) -> icons.put(number, icon));
      return new Summaries(views, icons);
    }

    private static @Nullable String number(ConnectorSummary summary, Map<String, String> numbers) {
      String icon = summary.presence().connector().displayIcon();
      if (icon == null || (!numbers.containsKey(icon) && numbers.size() == MAX_ICONS)) {
        return null;
      }
      return numbers.computeIfAbsent(icon, i -> Integer.toString(numbers.size()));
    }
  }

  /**
   * Times in seconds since the epoch. The counts of item actions are null when the job has none, or
   * had some before they were counted.
   */
  record LastScan(
      String jobId,
      String status,
      @Nullable Long startedAt,
      @Nullable Long finishedAt,
      @Nullable String reason,
      Ledger ledger,
      @Nullable Long actionsFailed,
      @Nullable Long actionsUnconfirmed) {

    static LastScan of(Job job) {
      ActionCounts actions = ActionCounts.of(job);
      return new LastScan(
          job.id(),
          job.status(),
          time(job, "started_at"),
          job.endedAt(),
          job.fields().get("reason"),
          job.ledger(),
          actions == null ? null : (Long) actions.failed(),
          actions == null ? null : (Long) actions.unconfirmed());
    }

    private static @Nullable Long time(Job job, String field) {
      return job.fields().containsKey(field) ? (Long) job.number(field) : null;
    }
  }

  /** A connector, without its icon, and its work; times in seconds since the epoch. */
  record SummaryView(
      ConnectorInstance connector,
      @Nullable String icon,
      ConnectorSummary.State state,
      long lastHeartbeatAt,
      @Nullable Long silentSince,
      @Nullable Long goneSince,
      @Nullable String goneReason,
      @Nullable Long waiting,
      boolean setAside,
      @Nullable String activeJob,
      @Nullable LastScan lastScan) {

    static SummaryView of(ConnectorSummary summary, @Nullable String icon) {
      Long goneSince = summary.presence().goneSince();
      Job scan = summary.lastScan();
      return new SummaryView(
          summary.presence().connector().withoutIcon(),
          icon,
          summary.state(),
          summary.presence().lastHeartbeatAt(),
          summary.presence().silent() ? (Long) summary.presence().lastHeartbeatAt() : null,
          goneSince,
          goneSince == null ? null : HEARTBEATS_STOPPED,
          summary.waiting(),
          summary.setAside(),
          summary.activeJob(),
          scan == null ? null : LastScan.of(scan));
    }
  }

  /**
   * The answer of the short list.
   *
   * @param connectors in the order of the summaries
   */
  record Names(List<NameView> connectors) {
    static Names of(List<ConnectorSummary> states) {
      return new Names(states.stream().map(NameView::of).toList());
    }
  }

  /** What a list of other things shows of a connector. */
  record NameView(
      @Nullable String uuid,
      String name,
      @Nullable String displayName,
      ConnectorSummary.State state,
      boolean setAside) {

    static NameView of(ConnectorSummary summary) {
      ConnectorInstance connector = summary.presence().connector();
      return new NameView(
          connector.uuid(),
          connector.name(),
          connector.displayName(),
          summary.state(),
          summary.setAside());
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
            .to(call -> call.answer(200, Summaries.of(summaries.all()))),
        Route.get(
                Routes.CONNECTORS + "/names",
                Access.VIEWER,
                "List the names and states of the connectors, those that are gone included")
            .answers(200, "The connectors, by name", Names.class)
            .to(call -> call.answer(200, Names.of(summaries.states()))));
  }
}
