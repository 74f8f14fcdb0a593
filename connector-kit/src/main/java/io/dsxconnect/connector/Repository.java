package io.dsxconnect.connector;

import io.dsxconnect.connector.filter.Filter;
import io.dsxconnect.contract.ItemAction;
import io.dsxconnect.contract.ItemActionStatus;
import io.dsxconnect.contract.ScanRequest;
import java.util.Optional;

/**
 * A store of files; the interface that the author of a connector implements.
 *
 * <p>Implementations must be thread-safe: the kit calls all methods from many virtual threads at
 * once, and several listings may run concurrently. Methods may block, but should bound their waits:
 * the kit sets no timeout.
 *
 * <p>A location is a text of at most 16 KiB that identifies a file within the repository, such as a
 * path or an object key. Locations in requests come over the network and may name anything: check
 * that they lie within the asset.
 */
public interface Repository {

  /**
   * Returns the name of the asset, which is sent as {@code asset} at registration. Must not block
   * or throw.
   *
   * @return for example a folder or a bucket; not empty
   */
  String asset();

  /**
   * Returns a one-line description of the repository for people, which is sent as {@code meta_info}
   * at registration. Must not block or throw. The default is "Asset: " and the asset's name.
   *
   * @return any text
   */
  default String metaInfo() {
    return "Asset: " + asset();
  }

  /**
   * Checks whether the repository can be reached and read. Called for each readiness and status
   * request, so it should be quick.
   *
   * @return the outcome; report failures in it, do not throw
   */
  RepoCheck check();

  /**
   * Returns why this action would fail on every file. Called when the connector starts and when its
   * item action changes, so that the operator is warned before the first malicious file.
   *
   * @param action the configured item action
   * @return the reason and what to do about it; empty when no obstacle is known
   */
  Optional<String> obstacle(ItemAction action);

  /**
   * Lists every file that the filter accepts, and reports each to {@code listing} as it is found,
   * from the calling thread. Files must not be collected first: listings may have millions. Returns
   * after the last file, or as soon as {@link Listing#file} returns false.
   *
   * <p>Report entries that cannot be listed with {@link Listing#failed}, and entries that are not
   * scanned with {@link Listing#leftOut}. An unchecked exception ends the listing as incomplete.
   *
   * @param filter the files to list, by paths relative to the asset
   * @param listing receives the files
   */
  void list(Filter filter, Listing listing);

  /**
   * Opens a file for reading.
   *
   * @param request names the file in {@code location}
   * @return the content, or why it cannot be read. An unchecked exception is answered with HTTP 500
   */
  Opened open(ScanRequest request);

  /**
   * Acts on a malicious file (see {@code docs/wire.md}, "Item actions"). The kit makes repeats of
   * an action id idempotent. The repository must check that the file is still the scanned one: if
   * its SHA-256 is not {@code request.contentSha256()} (64 hexadecimal digits in any case; null
   * when unknown), it leaves the file in place and returns {@link ItemActionStatus#fileChanged}.
   *
   * @param request names the file in {@code location}
   * @param plan the resolved action
   * @return the outcome. Status {@code error} must mean that the action had no effect: a repeat
   *     runs it again. {@link ItemActionStatus#mayPass} is an error that may be temporary, which
   *     the core retries; an unchecked exception counts as one
   */
  ItemActionStatus act(ScanRequest request, ActionPlan plan);
}
