package io.dsxconnect.core.api;

import io.dsxconnect.core.attention.Attention;
import io.dsxconnect.core.attention.Kind;
import io.dsxconnect.core.attention.Severity;
import io.dsxconnect.core.attention.Trouble;
import io.dsxconnect.routes.Access;
import io.dsxconnect.routes.Route;
import io.dsxconnect.routes.RouteTable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What needs a person's attention. Thread-safe. */
public final class AttentionResource implements RouteTable.Resource {
  private final Attention attention;

  public AttentionResource(Attention attention) {
    this.attention = attention;
  }

  /** Time in seconds since the epoch. */
  record AttentionView(long at, List<AttentionItem> items) {

    static AttentionView of(Attention.Reading reading) {
      return new AttentionView(
          reading.at(), reading.items().stream().map(AttentionItem::of).toList());
    }
  }

  record AttentionObject(String type, String id, String name) {}

  /**
   * One trouble; time in seconds since the epoch.
   *
   * @param complete false when there may be more than {@code count}
   */
  record AttentionItem(
      Kind kind,
      Severity severity,
      @Nullable AttentionObject object,
      @Nullable Long count,
      boolean complete,
      long since,
      String summary,
      String detail,
      String link) {

    static AttentionItem of(Attention.Item item) {
      Trouble trouble = item.trouble();
      Trouble.Subject subject = trouble.subject();
      return new AttentionItem(
          trouble.kind(),
          trouble.severity(),
          subject == null
              ? null
              : new AttentionObject(subject.type(), subject.id(), subject.name()),
          trouble.count(),
          trouble.complete(),
          item.since(),
          trouble.words().summary(),
          trouble.words().detail(),
          trouble.link());
    }
  }

  @Override
  public List<Route> routes() {
    return List.of(
        Route.get("/attention", Access.VIEWER, "List what needs a person's attention")
            .answers(200, "The most urgent first, at most 200", AttentionView.class)
            .to(call -> call.answer(200, AttentionView.of(attention.now()))));
  }
}
