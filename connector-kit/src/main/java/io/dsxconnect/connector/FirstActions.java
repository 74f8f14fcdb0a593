package io.dsxconnect.connector;

import com.google.errorprone.annotations.ThreadSafe;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import io.dsxconnect.contract.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers which action was the first on each file. Two scans of one file lead to two actions, and
 * the second one finds no file. That is not a failure when the first one removed the scanned
 * content. Holds the newest {@link ActionJournal#MAX_ACTIONS} files. Thread-safe.
 */
@ThreadSafe
final class FirstActions {
  private final Function<String, @Nullable CompletableFuture<ItemActionStatus>> outcomes;

  @GuardedBy("this") private final Map<String, String> firstByFile =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > ActionJournal.MAX_ACTIONS;
        }
      };

  /**
   * @param outcomes returns the outcome of an action by its id; null when it was forgotten
   */
  FirstActions(Function<String, @Nullable CompletableFuture<ItemActionStatus>> outcomes) {
    this.outcomes = outcomes;
  }

  /**
   * Returns a key for the location and the scanned content of the file.
   *
   * @return 32 hexadecimal digits; null when the request has no {@code content_sha256}
   */
  static @Nullable String fileKey(ScanRequest request) {
    String content = request.contentSha256();
    if (content == null) {
      return null;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((content + '\n' + request.location()).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  synchronized void remember(String file, String action) {
    firstByFile.put(file, action);
  }

  /** Removes this action's entry, if it is still the first on the file. */
  synchronized void forget(String file, String action) {
    firstByFile.remove(file, action);
  }

  /**
   * Returns the action that succeeded on the file before this one. Blocks while an earlier action
   * is in progress.
   *
   * @return the id of the earlier action; null when there is none, and this action is now the first
   */
  @Nullable String earlierSuccess(String file, String action) {
    while (true) {
      String earlier;
      CompletableFuture<ItemActionStatus> outcome;
      synchronized (this) {
        earlier = firstByFile.get(file);
        outcome = earlier == null || earlier.equals(action) ? null : outcomes.apply(earlier);
        if (earlier == null || outcome == null) {
          firstByFile.put(file, action);
          return null;
        }
      }
      if (outcome.join().status() == Status.SUCCESS) {
        return earlier;
      }
      forget(file, earlier);
    }
  }
}
