package io.dsxconnect.core.attention;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.core.attention.Trouble.Subject;
import io.dsxconnect.core.attention.Trouble.Words;
import io.dsxconnect.core.job.Job;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Jobs that ended incomplete within the last 24 h, at most 20. Thread-safe. */
@ThreadSafe
final class JobTrouble implements TroubleSource {
  private static final Duration PERIOD = Duration.ofDays(1);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int MAX_JOBS = 20;

  private final Supplier<List<Job>> incomplete;

  /**
   * @param incomplete the jobs that ended incomplete at a time (seconds since the epoch) or later,
   *     the last first; may block
   * @param nanos a monotonic clock, in nanoseconds
   */
  JobTrouble(LongFunction<List<Job>> incomplete, InstantSource clock, LongSupplier nanos) {
    this.incomplete =
        new Memo<>(
            () -> incomplete.apply(clock.instant().minus(PERIOD).getEpochSecond()),
            INTERVAL,
            nanos);
  }

  @Override
  public List<Trouble> find() {
    return incomplete.get().stream().limit(MAX_JOBS).map(JobTrouble::of).toList();
  }

  private static Trouble of(Job job) {
    String name = job.text("job_name", job.id());
    String reason = Printable.of(job.text("reason", ""));
    Trouble trouble =
        Trouble.of(
                Kind.JOB_INCOMPLETE,
                "/jobs/" + URLEncoder.encode(job.id(), StandardCharsets.UTF_8).replace("+", "%20"),
                new Words(
                    "Job " + Printable.of(name) + " is incomplete",
                    (reason.isEmpty()
                            ? ""
                            : Character.toUpperCase(reason.charAt(0)) + reason.substring(1) + ". ")
                        + "Some files may not have been scanned."))
            .about(new Subject("job", job.id(), name));
    Long end = job.endedAt();
    return end == null ? trouble : trouble.since(end);
  }
}
