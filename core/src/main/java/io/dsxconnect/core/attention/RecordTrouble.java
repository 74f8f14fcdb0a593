package io.dsxconnect.core.attention;

import static io.dsxconnect.core.attention.Trouble.number;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.core.attention.Trouble.Words;
import io.dsxconnect.core.record.Results;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Malicious files whose action failed or is unconfirmed, and files without a verdict. Thread-safe.
 */
@ThreadSafe
final class RecordTrouble implements TroubleSource {
  private static final Duration PERIOD = Duration.ofDays(1);

  /** The count reads some records, and changes slowly. */
  private static final Duration COUNT_INTERVAL = Duration.ofSeconds(10);

  /** Counts of the records that are kept. Implementations are thread-safe and may block. */
  interface RecordCounts {
    /** Records whose item action failed. */
    long failedActions();

    /** Records whose item action is unconfirmed. */
    long unconfirmedActions();

    /**
     * Records without a verdict on the whole file.
     *
     * @param since only those of this time or later, seconds since the epoch
     */
    long withoutVerdict(long since);

    /** Whether the counts are exact; false when there may be more, see {@link Results}. */
    boolean complete();
  }

  private final RecordCounts counts;
  private final Supplier<Long> withoutVerdict;

  RecordTrouble(RecordCounts counts, InstantSource clock, LongSupplier nanos) {
    this.counts = counts;
    this.withoutVerdict =
        new Memo<>(
            () -> counts.withoutVerdict(clock.instant().minus(PERIOD).getEpochSecond()),
            COUNT_INTERVAL,
            nanos);
  }

  /** {@code 3 files}, or {@code At least 3 files} while there may be more. */
  private static String counted(long count, String one, boolean complete) {
    return (complete ? "" : "At least ") + number(count, one);
  }

  @Override
  public List<Trouble> find() {
    List<Trouble> found = new ArrayList<>();
    // Asked first: what is added to the index meanwhile makes a count too cautious, never too sure.
    boolean complete = counts.complete();
    long failed = counts.failedActions();
    long unconfirmed = counts.unconfirmedActions();
    if (unconfirmed > 0) {
      found.add(inDoubt(failed, unconfirmed, complete));
    } else if (failed > 0) {
      found.add(inPlace(failed, complete));
    }
    long none = withoutVerdict.get();
    if (none > 0) {
      found.add(withoutVerdict(none, complete));
    }
    if (!complete) {
      found.add(
          Trouble.of(
              Kind.COUNTS_INCOMPLETE,
              "/results",
              new Words(
                  "Files of an older version are still being counted",
                  "There may be more malicious files in place, and more files without a verdict,"
                      + " than the list says. The count begins 10 minutes after the last process of"
                      + " that version has written, and takes about 10 s per 1,000 files.")));
    }
    return found;
  }

  private static Trouble inPlace(long failed, boolean complete) {
    return Trouble.of(
            Kind.MALICIOUS_ACTION_FAILED,
            "/results?outcome=malicious&action=failed",
            new Words(
                counted(failed, "malicious file", complete)
                    + (failed == 1
                        ? " is still where it was found"
                        : " are still where they were found"),
                "The action on "
                    + (failed == 1 ? "it" : "them")
                    + " failed. Remove the cause, which each result names, and try the action"
                    + " again."))
        .counting(failed, complete);
  }

  /** Some of the files may be in place, or all of them. */
  private static Trouble inDoubt(long failed, long unconfirmed, boolean complete) {
    long all = failed + unconfirmed;
    String parts =
        (failed > 0 ? number(failed, "action") + " failed, " : "")
            + number(unconfirmed, "action")
            + (unconfirmed == 1 ? " is unconfirmed" : " are unconfirmed");
    return Trouble.of(
            Kind.MALICIOUS_ACTION_FAILED,
            "/results?outcome=malicious&action=failed,unconfirmed",
            new Words(
                counted(all, "malicious file", complete)
                    + (all == 1
                        ? " may still be where it was found"
                        : " may still be where they were found"),
                parts
                    + ". Look whether the "
                    + (all == 1 ? "file is" : "files are")
                    + " there, remove the cause, which each result names, and try the action"
                    + " again."))
        .counting(all, complete);
  }

  private static Trouble withoutVerdict(long none, boolean complete) {
    return Trouble.of(
            Kind.FILES_WITHOUT_VERDICT,
            "/results?outcome=no_verdict&since=86400",
            new Words(
                counted(none, "file", complete)
                    + (none == 1 ? " has" : " have")
                    + " no verdict in the last 24 h",
                none == 1
                    ? "It could not be read as a whole, exceeds a limit, or has a type that"
                        + " the scanner does not judge. It does not count as benign."
                    : "They could not be read as a whole, exceed a limit, or have a type that"
                        + " the scanner does not judge. None of them counts as benign."))
        .counting(none, complete);
  }
}
