package io.dsxconnect.core.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version of the stored data, in a separate key. A newer process reads the data of an older one
 * and raises the version; from then on the older one stops working.
 */
final class Format {
  private static final Logger log = LoggerFactory.getLogger(Format.class);

  /** Equals {@code FORMAT} in {@code lib.lua}. */
  private static final int OURS = 4;

  /** Format 1 skipped records when fewer were kept; pruning starts again this many records back. */
  private static final long SKIPPED_RECORDS = 1_000_000;

  private static final int FIRST_WITHOUT_SKIPS = 2;

  /** The first format with an index of records. */
  private static final int FIRST_WITH_INDEX = 4;

  /** As in {@code record.lua}. */
  private static final long MIXED_SECONDS = 600;

  private Format() {}

  /**
   * Why this process cannot use the stored data; empty when it can. Raises an older version.
   *
   * @throws io.lettuce.core.RedisException when Redis does not answer
   */
  static Optional<String> refusal(RedisCommands<String, String> commands, Keys keys) {
    String key = keys.of(Key.FORMAT);
    String found = commands.get(key);
    int format = found == null ? 1 : number(found);
    if (format > OURS) {
      return Optional.of(
          "what it stores has format "
              + found
              + ", of a newer dsx-connect, and this one knows formats up to "
              + OURS
              + "; run the newer one");
    }
    if (format < OURS) {
      try {
        upgrade(commands, keys, format);
      } catch (RedisCommandExecutionException e) {
        log.debug("Redis takes no writes now; its format is noted later: {}", e.getMessage());
      }
    }
    return Optional.empty();
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return Integer.MAX_VALUE;
    }
  }

  private static void upgrade(RedisCommands<String, String> commands, Keys keys, int from) {
    String oldest = commands.get(keys.of(Key.OLDEST));
    if (oldest != null && from < FIRST_WITHOUT_SKIPS) {
      long first = Math.max(1, Long.parseLong(oldest) - SKIPPED_RECORDS);
      commands.set(keys.of(Key.OLDEST), Long.toString(first));
    }
    if (from < FIRST_WITH_INDEX) {
      cover(commands, keys);
    }
    commands.set(keys.of(Key.FORMAT), Integer.toString(OURS));
  }

  /**
   * A new store is indexed from its first record. In an older one, processes of older versions may
   * still end what they have taken: the index covers nothing until they have been silent for a
   * while, see {@code reindex.lua}.
   */
  private static void cover(RedisCommands<String, String> commands, Keys keys) {
    String newest = commands.get(keys.of(Key.SEQ));
    commands.set(keys.of(Key.COVERED), newest == null ? "0" : newest, SetArgs.Builder.nx());
    if (newest == null) {
      commands.set(keys.of(Key.INDEXED), "1", SetArgs.Builder.nx());
    } else {
      commands.set(keys.of(Key.MIXED), "1", SetArgs.Builder.ex(MIXED_SECONDS));
    }
  }
}
