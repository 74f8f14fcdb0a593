package io.dsxconnect.core.result;

import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResponse;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.queue.DeadLetter;
import io.dsxconnect.core.queue.Handoff;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.queue.StageHandler;
import io.dsxconnect.core.queue.Task;
import io.dsxconnect.core.siem.SiemEvent;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Records and counts every outcome and passes the record to the notification stage. Thread-safe.
 */
public final class ResultStage implements StageHandler {
  private final Origins origins;
  private final InstantSource clock;
  private final LongSupplier retain;
  private final boolean siem;

  /**
   * @param retain how many records are kept; negative keeps all
   * @param siem whether events are written for a SIEM
   */
  public ResultStage(Origins origins, InstantSource clock, long retain, boolean siem) {
    this(origins, clock, () -> retain, siem);
  }

  /**
   * @param retain how many records are kept, asked for each one; negative keeps all
   */
  public ResultStage(Origins origins, InstantSource clock, LongSupplier retain, boolean siem) {
    this.origins = origins;
    this.clock = clock;
    this.retain = retain;
    this.siem = siem;
  }

  @Override
  public Handoff handle(Task task) {
    ResultMessage message = ResultMessage.decode(task.body());
    ScanResult full = complete(task, message.result(), message.result().reason());
    return switch (message.kind()) {
      case VERDICT -> recorded(Handoff.of(task), full);
      case ACTION -> {
        ScanResult acted = full.actedAt(clock.instant().toString());
        yield Handoff.of(task).amend(Json.text(acted), event(acted));
      }
    };
  }

  /** The event for the SIEM; null if none is configured. */
  private @Nullable String event(ScanResult r) {
    return siem ? SiemEvent.json(r, clock.instant()) : null;
  }

  /** The record with its connector and the time of recording. */
  private ScanResult complete(Task task, ScanResult r, @Nullable String reason) {
    ScanRequest request = r.scanRequest();
    return r.withRequest(request == null ? null : origins.of(task).restore(request))
        .withReason(reason)
        .recordedAt(clock.instant().toString());
  }

  private Handoff recorded(Handoff handoff, ScanResult r) {
    ScanRequest request = r.scanRequest();
    Handoff counted =
        handoff.outcome(
            r.outcome(),
            measured(r),
            request == null ? "" : request.location(),
            Json.text(r),
            retain.getAsLong());
    String event = event(r);
    return event == null ? counted : counted.siem(event);
  }

  private static Handoff.Measured measured(ScanResult r) {
    ScanResponse verdict = r.verdict();
    if (verdict == null) {
      return new Handoff.Measured(size(r), 0, false, 0, 0);
    }
    Long micros = verdict.scanDurationInMicroseconds();
    String reason = verdict.verdictDetails().reason();
    return new Handoff.Measured(
        size(r),
        micros == null ? 0 : micros,
        reason != null && reason.equalsIgnoreCase("Encrypted File"),
        elapsed(verdict.dsxconnectRequestElapsedMs()),
        elapsed(verdict.dsxconnectReadElapsedMs()));
  }

  private static double elapsed(@Nullable Double millis) {
    return millis == null ? 0 : millis;
  }

  /** Bytes that the scanner saw; the size from a listing does not count. */
  private static long size(ScanResult r) {
    ScanResponse verdict = r.verdict();
    Long seen =
        r.sha256() == null || verdict == null || verdict.fileInfo() == null
            ? null
            : verdict.fileInfo().fileSizeInBytes();
    if (seen != null) {
      return seen;
    }
    Long hinted =
        r.sha256() == null || r.scanRequest() == null ? null : r.scanRequest().sizeInBytes();
    return hinted == null ? 0 : hinted;
  }

  @Override
  public Handoff giveUp(Task task, String reason) {
    ScanResult decoded;
    try {
      decoded = ResultMessage.decode(task.body()).result();
    } catch (IllegalStateException | IndexOutOfBoundsException e) {
      decoded = null;
    }
    ScanResult readable = decoded == null ? null : complete(task, decoded, reason);
    return switch (ResultMessage.kindOf(task.body())) {
      case VERDICT -> givenUp(task, reason, readable);
      case ACTION -> {
        Handoff kept = Handoff.of(task).dead(deadLetter(task, reason, readable).json());
        if (readable == null) {
          yield kept.actionLost();
        }
        ScanResult acted = readable.actedAt(clock.instant().toString());
        yield kept.amend(Json.text(acted), event(acted));
      }
    };
  }

  /** Records and counts a readable verdict as it is; otherwise the file failed. */
  private Handoff givenUp(Task task, String reason, @Nullable ScanResult readable) {
    ScanResult record = readable == null ? failed(task, reason) : readable;
    DeadLetter letter = deadLetter(task, reason, readable).countedAs(record.outcome());
    ScanRequest request = record.scanRequest();
    // Adds no measurement to the totals: one of them may be what Redis refused.
    Handoff handoff =
        Handoff.of(task)
            .dead(letter.json())
            .outcome(
                record.outcome(),
                Handoff.Measured.NOTHING,
                request == null ? "" : request.location(),
                Json.text(record),
                retain.getAsLong());
    String event = event(record);
    return event == null ? handoff : handoff.siem(event);
  }

  private DeadLetter deadLetter(Task task, String reason, @Nullable ScanResult readable) {
    return DeadLetter.of(
        task,
        origins.of(task),
        readable == null ? "bad_payload" : "unknown_error",
        reason,
        readable == null ? null : readable.scanRequest(),
        readable == null ? null : readable.verdict());
  }

  private ScanResult failed(Task task, String reason) {
    return ScanResult.of(task.id(), ScanResultStatus.FAILED)
        .withJob(task.job())
        .withReason(reason)
        .recordedAt(clock.instant().toString());
  }
}
