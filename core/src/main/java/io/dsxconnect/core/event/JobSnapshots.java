package io.dsxconnect.core.event;

import io.dsxconnect.contract.Json;
import io.dsxconnect.core.job.Jobs;
import io.dsxconnect.core.redis.CallBatcher;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads job snapshots as JSON. Concurrent requests for a job share one read of it, which starts
 * after they were made. Thread-safe.
 */
public final class JobSnapshots {
  private static final int MAX_JOBS_PER_READ = 64;

  private final Jobs jobs;
  private final InstantSource clock;
  private final CallBatcher<String, String> reads =
      new CallBatcher<>(this::read, MAX_JOBS_PER_READ);

  public JobSnapshots(Jobs jobs, InstantSource clock) {
    this.jobs = jobs;
    this.clock = clock;
  }

  /**
   * The current snapshot of a job; empty when the job does not exist. Blocks for Redis.
   *
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
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
