package io.dsxconnect.connector;

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
 * Which action was the first on a file. Two scans of one file lead to two actions, and the later
 * one finds nothing: that is no failure when the earlier one has removed what was scanned.
 * Thread-safe.
 */
final class ActedOn {
  private final Function<String, @Nullable CompletableFuture<ItemActionStatus>> outcomes;
  private final Map<String, String> first =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          return size() > ActionJournal.REMEMBERED;
        }
      };

  /**
   * @param outcomes of an action, by its id; null when it is not known any more
   */
  ActedOn(Function<String, @Nullable CompletableFuture<ItemActionStatus>> outcomes) {
    this.outcomes = outcomes;
  }

  /** A file by its place and what was scanned; null when that is not known. */
  static @Nullable String file(ScanRequest request) {
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
    first.put(file, action);
  }

  /** Takes back that this action was the first. */
  synchronized void forget(String file, String action) {
    first.remove(file, action);
  }

  /**
   * The action that succeeded on the file before this one; waits for one that is under way.
   *
   * @return null when there is none: this action is the first
   */
  @Nullable String before(String file, String action) {
    while (true) {
      String earlier;
      CompletableFuture<ItemActionStatus> outcome;
      synchronized (this) {
        earlier = first.get(file);
        outcome = earlier == null || earlier.equals(action) ? null : outcomes.apply(earlier);
        if (earlier == null || outcome == null) {
          first.put(file, action);
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
