package io.dsxconnect.core.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job as it is stored: as a hash, or packed when it is a finished job of a single file; see
 * {@code archive.lua}.
 *
 * @param archived whether it is packed
 * @param record number of its file's record; null when it is not archived or has none
 * @param ttlSeconds remaining lifetime; -1 while it has no end
 * @param fields the job's fields, the same in both forms
 */
public record StoredJob(
    boolean archived, @Nullable String record, long ttlSeconds, Map<String, String> fields) {
  private static final long NOT_ARCHIVED = -1;
  private static final long NO_RECORD = 0;

  /**
   * Reads a job in the form in which it is stored; empty when there is no such job.
   *
   * @throws RedisUnavailableException when Redis does not answer
   */
  public static Optional<StoredJob> find(Redis redis, String job) {
    List<Object> answer = redis.runList(Script.FIND, job);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    long record = (Long) answer.get(0);
    return Optional.of(
        new StoredJob(
            record != NOT_ARCHIVED,
            record == NOT_ARCHIVED || record == NO_RECORD ? null : Long.toString(record),
            (Long) answer.get(1),
            fields(answer.subList(2, answer.size()))));
  }

  /** The fields that a script returns in turn with their values. */
  public static Map<String, String> fields(List<?> inTurn) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < inTurn.size(); i += 2) {
      fields.put(inTurn.get(i).toString(), inTurn.get(i + 1).toString());
    }
    return fields;
  }
}
