package io.dsxconnect.core.redis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job of a single file that ended a while ago and is stored packed, see {@code archive.lua}.
 *
 * @param record number of its file's record; null when it has none
 * @param ttlSeconds for how long it is still kept
 * @param fields the same as before it was packed
 */
public record ArchivedJob(@Nullable String record, long ttlSeconds, Map<String, String> fields) {

  /** Empty when the job is not archived. */
  public static Optional<ArchivedJob> find(Redis redis, String job) {
    List<Object> answer = redis.runList(Script.ARCHIVED, job);
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 2; i < answer.size(); i += 2) {
      fields.put(answer.get(i).toString(), answer.get(i + 1).toString());
    }
    String record = answer.get(0).equals(0L) ? null : answer.get(0).toString();
    return Optional.of(new ArchivedJob(record, (Long) answer.get(1), fields));
  }
}
