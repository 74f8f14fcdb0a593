package io.dsxconnect.core.attention;

import static io.dsxconnect.core.attention.Trouble.number;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.attention.Trouble.Words;
import io.dsxconnect.core.siem.SiemOutbox;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A log collector that takes no events. Thread-safe. */
@ThreadSafe
final class SyslogTrouble implements TroubleSource {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final SiemOutbox outbox;
  private final boolean configured;

  /**
   * @param configured whether a setting of this process names a collector; else events that were
   *     left over when it was unset are no trouble
   */
  SyslogTrouble(SiemOutbox outbox, boolean configured) {
    this.outbox = outbox;
    this.configured = configured;
  }

  @Override
  public List<Trouble> find() {
    Optional<Instant> since = outbox.waitingSince();
    if (since.isEmpty()
        || Duration.between(since.get(), outbox.now()).compareTo(GRACE) < 0
        || (!configured && !outbox.hasSender())) {
      return List.of();
    }
    long waiting = outbox.waiting();
    return List.of(
        Trouble.of(
                Kind.SYSLOG_UNAVAILABLE,
                "/settings#syslog",
                new Words(
                    "The log collector takes no events",
                    number(waiting, "event")
                        + (waiting == 1 ? " waits. It is" : " wait. They are")
                        + " sent when it answers; the oldest are dropped when 100,000 wait."))
            .counting(waiting)
            .since(since.get().getEpochSecond()));
  }
}
