package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import java.util.Optional;

/**
 * A store of files: what the author of a connector implements. Called from many threads at once.
 */
public interface Repository {

  /** What is being looked after, for people: goes into {@code asset} at registration. */
  String asset();

  /** One line about the store, for people: goes into {@code meta_info} at registration. */
  default String metaInfo() {
    return "Asset: " + asset();
  }

  /**
   * Whether the store can be reached and read, with up to {@code preview} of its locations.
   *
   * @param preview 0 or more
   */
  RepoCheck check(int preview);

  /**
   * Why this action would fail on every file, and what to do; empty when it may well succeed. Asked
   * when the connector starts and when its action is changed, so that nobody learns it from the
   * first malicious file.
   */
  Optional<String> obstacle(ItemAction action);

  /**
   * Lists every file that the filter accepts, one at a time, without holding them; returns when all
   * were told. What cannot be listed is told to {@code listing}, not thrown. Stops early, by
   * returning, when {@code listing} says so.
   */
  void list(Filter filter, Listing listing);

  /** Opens a file for reading, or says why it cannot be. */
  Opened open(ScanRequest request);

  /**
   * Acts on a malicious file. Idempotence by action id is the kit's; whether the file is still the
   * one that was scanned ({@code request.contentSha256()}) is for the repository to find out: if
   * not, it leaves the file alone and answers {@link ItemActionStatus#fileChanged}.
   */
  ItemActionStatus act(ScanRequest request, ActionPlan plan);
}
