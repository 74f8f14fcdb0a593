package io.dsxconnect.core.result;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.StreamMessage;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives every cancelled file its record and its event. They were counted when their job was
 * cancelled, all at once; this follows in the background. Safe to run in several processes.
 */
public final class CancelledFiles {
  private static final int AT_ONCE = 200;

  private final Redis redis;
  private final Origins origins;
  private final InstantSource clock;
  private final long retain;

  /**
   * @param retain how many records are kept; negative keeps all
   */
  public CancelledFiles(Redis redis, Origins origins, InstantSource clock, long retain) {
    this.redis = redis;
    this.origins = origins;
    this.clock = clock;
    this.retain = retain;
  }

  /** Records all that are set aside now; gives back how many. */
  public long recordAll() {
    long recorded = recordAll(redis.keys().key("cancelled_key"));
    for (String aside : redis.call(c -> c.lrange(redis.keys().key("asides_key"), 0, -1))) {
      recorded += recordAll(aside);
    }
    return recorded;
  }

  private long recordAll(String stream) {
    long recorded = 0;
    while (true) {
      List<StreamMessage<String, String>> files =
          redis.call(c -> c.xrange(stream, Range.unbounded(), Limit.from(AT_ONCE)));
      if (files.isEmpty()) {
        return recorded;
      }
      List<String> arguments = new ArrayList<>(files.size() * 6 + 2);
      arguments.add(stream);
      arguments.add(Long.toString(retain));
      for (StreamMessage<String, String> file : files) {
        addRecord(arguments, file.getId(), file.getBody());
      }
      Long done =
          redis.run(Script.CANCELLED, ScriptOutputType.INTEGER, arguments.toArray(String[]::new));
      assert done == 1;
      recorded += files.size();
    }
  }

  private void addRecord(List<String> arguments, String id, Map<String, String> fields) {
    String job = field(fields, "j");
    String task = field(fields, "t");
    String digest = field(fields, "o");
    Origin origin = origins.of(job, digest);
    ScanResult record =
        new ScanResult(
            -1,
            task,
            job,
            null,
            request(field(fields, "b"), origin, job),
            null,
            ItemActionStatus.NONE,
            ScanResultStatus.CANCELLED,
            "the job was cancelled",
            null,
            null,
            clock.instant().toString());
    arguments.addAll(List.of(id, job, task, origin.connectorKey(), digest, Json.text(record)));
  }

  private static String field(Map<String, String> fields, String name) {
    return Objects.requireNonNull(fields.get(name), "an entry lacks a field");
  }

  private static @Nullable ScanRequest request(String body, Origin origin, String job) {
    try {
      return origin.restore(ScanRequest.parse(body)).withJob(job);
    } catch (InvalidInput e) {
      // It was accepted, so it is counted and recorded, if without its place.
      return null;
    }
  }
}
