package io.dsxconnect.core.attention;

import static io.dsxconnect.core.attention.Trouble.number;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.ConnectorInstance;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.attention.Trouble.Subject;
import io.dsxconnect.core.attention.Trouble.Words;
import io.dsxconnect.core.summary.ConnectorSummary;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Connectors that are gone, whose repository is unavailable, or that do not answer while files wait
 * for them. Thread-safe.
 */
@ThreadSafe
final class ConnectorTrouble implements TroubleSource {
  private static final String GO_ON =
      " They go on by themselves when it is back, and no attempt is used up.";

  private final Supplier<List<ConnectorSummary>> summaries;

  /**
   * @param summaries of the connectors that are not ready; may block
   */
  ConnectorTrouble(Supplier<List<ConnectorSummary>> summaries) {
    this.summaries = summaries;
  }

  @Override
  public List<Trouble> find() {
    List<Trouble> found = new ArrayList<>();
    for (ConnectorSummary summary : summaries.get()) {
      switch (summary.state()) {
        case GONE -> found.add(gone(summary));
        case FAILED -> found.add(notReady(summary));
        case SILENT -> {
          if (waiting(summary) > 0) {
            found.add(silent(summary));
          }
        }
        case READY, STARTING -> {}
      }
    }
    return found;
  }

  private static Trouble gone(ConnectorSummary summary) {
    long waiting = waiting(summary);
    Trouble trouble =
        of(
                Kind.CONNECTOR_GONE,
                summary,
                "is gone",
                "Its heartbeats stopped"
                    + (waiting == 0
                        ? ". Start it again, or unregister it if it is no longer used."
                        : "; " + files(waiting)))
            .since(Objects.requireNonNull(summary.presence().goneSince()));
    return waiting == 0 ? trouble : trouble.counting(waiting).as(Severity.CRITICAL);
  }

  private static Trouble notReady(ConnectorSummary summary) {
    long waiting = waiting(summary);
    Trouble trouble =
        of(
            Kind.CONNECTOR_NOT_READY,
            summary,
            "is not ready",
            "It cannot reach its repository"
                + (waiting == 0 ? ". Check its access to what it serves." : "; " + files(waiting)));
    return waiting == 0 ? trouble : trouble.counting(waiting);
  }

  private static Trouble silent(ConnectorSummary summary) {
    long waiting = waiting(summary);
    boolean overdue = summary.presence().silent();
    Trouble trouble =
        of(
                Kind.CONNECTOR_SILENT,
                summary,
                "does not answer",
                (overdue ? "Its heartbeat is overdue; " : "No worker reaches it; ")
                    + files(waiting))
            .counting(waiting);
    return overdue ? trouble.since(summary.presence().lastHeartbeatAt()) : trouble;
  }

  private static Trouble of(Kind kind, ConnectorSummary summary, String state, String detail) {
    return Trouble.of(
            kind, link(summary), new Words("Connector " + name(summary) + " " + state, detail))
        .about(subject(summary));
  }

  private static String files(long waiting) {
    return number(waiting, "file") + (waiting == 1 ? " waits" : " wait") + " for it." + GO_ON;
  }

  private static long waiting(ConnectorSummary summary) {
    Long waiting = summary.waiting();
    return waiting == null ? 0 : waiting;
  }

  private static Subject subject(ConnectorSummary summary) {
    return new Subject("connector", id(summary), name(summary));
  }

  private static String name(ConnectorSummary summary) {
    return Printable.of(summary.presence().connector().shownName());
  }

  private static String id(ConnectorSummary summary) {
    ConnectorInstance connector = summary.presence().connector();
    return connector.uuid() == null ? connector.url() : connector.uuid();
  }

  private static String link(ConnectorSummary summary) {
    return "/connectors?connector=" + URLEncoder.encode(id(summary), StandardCharsets.UTF_8);
  }
}
