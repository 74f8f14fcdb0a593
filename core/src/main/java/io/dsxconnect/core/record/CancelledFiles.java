package io.dsxconnect.core.record;

import io.dsxconnect.contract.InvalidInput;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.Json;
import io.dsxconnect.contract.Printable;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.ScanResult;
import io.dsxconnect.contract.ScanResultStatus;
import io.dsxconnect.core.queue.Origin;
import io.dsxconnect.core.queue.Origins;
import io.dsxconnect.core.redis.Key;
import io.dsxconnect.core.redis.Redis;
import io.dsxconnect.core.redis.Script;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every cancelled file its record and its event. They were counted when their job was
 * cancelled, all at once; this follows in the background. Safe to run in several processes.
 */
public final class CancelledFiles {
  private static final int AT_ONCE = 200;

  private static final Logger log = LoggerFactory.getLogger(CancelledFiles.class);

  private final Redis redis;
  private final Origins origins;
  private final InstantSource clock;
  private final LongSupplier retain;
  private volatile String warnedOf = "";

  /**
   * @param retain how many records are kept; negative keeps all
   */
  public CancelledFiles(Redis redis, Origins origins, InstantSource clock, long retain) {
    this(redis, origins, clock, () -> retain);
  }

  /**
   * @param retain how many records are kept now
   */
  public CancelledFiles(Redis redis, Origins origins, InstantSource clock, LongSupplier retain) {
    this.redis = redis;
    this.origins = origins;
    this.clock = clock;
    this.retain = retain;
  }

  /** Records all that are set aside now; gives back how many. */
  public long recordAll() {
    long recorded = recordAll(redis.keys().of(Key.CANCELLED));
    for (String aside : redis.call(c -> c.lrange(redis.keys().of(Key.ASIDES), 0, -1))) {
      recorded += recordAll(aside);
    }
    return recorded;
  }

  private long recordAll(String aside) {
    long recorded = 0;
    while (true) {
      List<CancelledFile> files = read(aside);
      if (files.isEmpty()) {
        return recorded;
      }
      List<String> arguments = new ArrayList<>(files.size() * 6 + 3);
      arguments.add(aside);
      arguments.add(Long.toString(retain.getAsLong()));
      // Nearly full, there is room for one event a batch.
      arguments.add(redis.memory().aboveMark() ? "1" : "0");
      files.forEach(file -> addRecord(arguments, file));
      redis.runInteger(Script.CANCELLED, arguments);
      recorded += files.size();
    }
  }

  /** What waited in a lane is in a stream, what waited for another try in a sorted set. */
  private List<CancelledFile> read(String aside) {
    Stream<CancelledFile> files =
        redis.call(c -> c.type(aside)).equals("zset")
            ? redis.call(c -> c.zrange(aside, 0, AT_ONCE - 1)).stream().map(CancelledFile::ofRetry)
            : redis.call(c -> c.xrange(aside, Range.unbounded(), Limit.from(AT_ONCE))).stream()
                .map(CancelledFile::ofEntry);
    return files.toList();
  }

  private void addRecord(List<String> arguments, CancelledFile file) {
    Origin origin = originOf(file);
    ScanResult record =
        new ScanResult(
            -1,
            file.task(),
            file.job(),
            null,
            request(file.body(), origin, file.job()),
            null,
            ItemActionStatus.NONE,
            ScanResultStatus.CANCELLED,
            "the job was cancelled",
            null,
            null,
            clock.instant().toString());
    arguments.addAll(
        List.of(
            file.id(),
            file.job(),
            file.task(),
            origin.connectorKey(),
            file.origin(),
            Json.text(record)));
  }

  /** One connector that is not readable must not keep the other files from their records. */
  private Origin originOf(CancelledFile file) {
    try {
      return origins.of(file.job(), file.origin());
    } catch (IllegalStateException e) {
      if (!file.job().equals(warnedOf)) {
        warnedOf = file.job();
        log.warn("cancelled files of job {}: {}", Printable.of(file.job()), e.getMessage());
      }
      return new Origin(null, null);
    }
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
