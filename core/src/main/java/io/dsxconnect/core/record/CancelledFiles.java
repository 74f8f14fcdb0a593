package io.dsxconnect.core.record;

import com.google.errorprone.annotations.ThreadSafe;
import io.dsxconnect.contract.InvalidInput;
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
 * Writes the record and the event of every cancelled file, in the background: the files were
 * counted all at once when their job was cancelled. Thread-safe, also across processes.
 */
@ThreadSafe
public final class CancelledFiles {
  private static final int MAX_FILES_PER_CALL = 200;

  private static final Logger log = LoggerFactory.getLogger(CancelledFiles.class);

  private final Redis redis;
  private final Origins origins;
  private final InstantSource clock;
  private final LongSupplier retain;
  private volatile String warnedJob = "";

  /**
   * @param retain how many records are kept; negative keeps all
   */
  public CancelledFiles(Redis redis, Origins origins, InstantSource clock, long retain) {
    this(redis, origins, clock, () -> retain);
  }

  /**
   * @param retain reads how many records are kept now; negative keeps all
   */
  public CancelledFiles(Redis redis, Origins origins, InstantSource clock, LongSupplier retain) {
    this.redis = redis;
    this.origins = origins;
    this.clock = clock;
    this.retain = retain;
  }

  /**
   * Records all files that are set aside now. Blocks for Redis.
   *
   * @return how many it recorded
   * @throws io.dsxconnect.core.redis.RedisUnavailableException when Redis does not answer
   */
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
      // While Redis is nearly full there is room for one event per batch only.
      arguments.add(redis.memory().aboveMark() ? "1" : "0");
      files.forEach(file -> addRecord(arguments, file));
      redis.runInteger(Script.CANCELLED, arguments);
      recorded += files.size();
    }
  }

  /** Files that waited in a lane are in a stream, files that waited for a retry in a sorted set. */
  private List<CancelledFile> read(String aside) {
    Stream<CancelledFile> files =
        redis.call(c -> c.type(aside)).equals("zset")
            ? redis.call(c -> c.zrange(aside, 0, MAX_FILES_PER_CALL - 1)).stream()
                .map(CancelledFile::ofRetry)
            : redis
                .call(c -> c.xrange(aside, Range.unbounded(), Limit.from(MAX_FILES_PER_CALL)))
                .stream()
                .map(CancelledFile::ofEntry);
    return files.toList();
  }

  private void addRecord(List<String> arguments, CancelledFile file) {
    Origin origin = originOf(file);
    ScanResult record =
        ScanResult.of(file.task(), ScanResultStatus.CANCELLED)
            .withJob(file.job())
            .withRequest(request(file.body(), origin, file.job()))
            .withReason("the job was cancelled")
            .recordedAt(clock.instant().toString());
    arguments.addAll(
        List.of(
            file.id(),
            file.job(),
            file.task(),
            origin.connectorKey(),
            file.origin(),
            Json.text(record)));
  }

  /** An unreadable origin must not prevent the records of the other files. */
  private Origin originOf(CancelledFile file) {
    try {
      return origins.of(file.job(), file.origin());
    } catch (IllegalStateException e) {
      if (!file.job().equals(warnedJob)) {
        warnedJob = file.job();
        log.warn(
            "cancelled files of job {} are recorded without their connector: {}",
            Printable.of(file.job()),
            e.getMessage());
      }
      return new Origin(null, null);
    }
  }

  private static @Nullable ScanRequest request(String body, Origin origin, String job) {
    try {
      return origin.restore(ScanRequest.parse(body)).withJob(job);
    } catch (InvalidInput e) {
      // The file was accepted, so it is counted, and recorded even without its location.
      return null;
    }
  }
}
