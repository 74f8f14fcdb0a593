package io.dsxconnect.connector;

/**
 * Receives the entries that a repository lists; the kit implements it. All methods may block for as
 * long as the core is unavailable or the job is paused: that is the backpressure. Not thread-safe:
 * call it from one thread, the one that called {@link Repository#list}.
 */
public interface Listing {

  /**
   * Reports a file to scan. May block.
   *
   * @param item the file
   * @return false when listing must end: the job was cancelled, the limit is reached, or the
   *     connector is stopping
   */
  boolean file(Item item);

  /**
   * Reports an entry that is not scanned, for a reason that needs no operator. A folder counts as
   * one entry, whatever it contains.
   *
   * @param kind the reason
   * @param location the location of the entry, for the log and for samples
   */
  void leftOut(LeftOut kind, String location);

  /**
   * Reports an entry that cannot be listed, for example a folder without read permission. The job
   * ends as incomplete.
   *
   * @param location the location of the entry
   * @param reason why it cannot be listed, for the operator
   */
  void failed(String location, String reason);

  /**
   * A listed file.
   *
   * @param location the key under which {@link Repository#open} and {@link Repository#act} find the
   *     file; at most 16 KiB
   * @param metainfo a description for the user interface, usually the file's name; at most 4 KiB
   * @param sizeInBytes the size in the listing, a hint only; negative when unknown
   */
  record Item(String location, String metainfo, long sizeInBytes) {}
}
