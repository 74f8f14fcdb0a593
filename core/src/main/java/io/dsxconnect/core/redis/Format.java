package io.dsxconnect.core.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version of what is stored, in a separate key. A newer process reads what an older one stored,
 * and says so in the key; from then on an older one works no more.
 */
final class Format {
  private static final Logger log = LoggerFactory.getLogger(Format.class);

  /** As in {@code lib.lua}. */
  private static final int OURS = 3;

  /** Format 1 passed over records when fewer were kept; so far back they are looked for. */
  private static final long LOOK_BACK = 1_000_000;

  private static final int PASSES_OVER_NONE = 2;

  private Format() {}

  /** Why this process cannot work on what is stored; empty when it can. */
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
    if (oldest != null && from < PASSES_OVER_NONE) {
      long first = Math.max(1, Long.parseLong(oldest) - LOOK_BACK);
      commands.set(keys.of(Key.OLDEST), Long.toString(first));
    }
    commands.set(keys.of(Key.FORMAT), Integer.toString(OURS));
  }
}
