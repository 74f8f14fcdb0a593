package io.dsxconnect.core.event;

import io.dsxconnect.contract.Json;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.redis.CallBatcher;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How jobs stand now, as JSON; one read for all events of a job that wait for it. */
public final class JobSnapshots {
  private static final int TOGETHER = 64;

  private final Jobs jobs;
  private final InstantSource clock;
  private final CallBatcher<String, String> reads = new CallBatcher<>(this::read, TOGETHER);

  public JobSnapshots(Jobs jobs, InstantSource clock) {
    this.jobs = jobs;
    this.clock = clock;
  }

  /** Empty for a job that is not known any more. */
  public String json(String job) {
    return reads.ask(job);
  }

  private List<String> read(List<String> asked) {
    Map<String, String> found = new HashMap<>();
    return asked.stream().map(job -> found.computeIfAbsent(job, this::find)).toList();
  }

  private String find(String job) {
    return jobs.find(job).map(found -> Json.text(JobSnapshot.of(found, clock))).orElse("");
  }
}
